namespace TorchSharp;

public static partial class torch
{
    public static Tensor index_select(Tensor input, long dim, Tensor index)
        => input.index_select(dim, index);

    public static Tensor index_add(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha)
        => input.index_add(dim, index, source, alpha);

    public static Tensor index_add_(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha)
        => input.index_add_(dim, index, source, alpha);

    public static Tensor index_copy(Tensor input, long dim, Tensor index, Tensor source)
        => input.index_copy(dim, index, source);

    public static Tensor index_copy_(Tensor input, long dim, Tensor index, Tensor source)
        => input.index_copy_(dim, index, source);

    public static Tensor index_fill(Tensor input, long dim, Tensor index, Scalar value)
        => input.index_fill(dim, index, value);

    public static Tensor index_fill_(Tensor input, long dim, Tensor index, Scalar value)
        => input.index_fill_(dim, index, value);

    public static Tensor gather(Tensor input, long dim, Tensor index)
        => input.gather(dim, index);

    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src)
        => input.scatter(dim, index, src);

    public static Tensor scatter_(Tensor input, long dim, Tensor index, Tensor src)
        => input.scatter_(dim, index, src);

    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src)
        => input.scatter_add(dim, index, src);

    public static Tensor scatter_add_(Tensor input, long dim, Tensor index, Tensor src)
        => input.scatter_add_(dim, index, src);

    public static Tensor masked_select(Tensor input, Tensor mask)
        => input.masked_select(mask);

    public static Tensor take(Tensor input, Tensor index)
        => input.take(index);

    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false)
        => input.bucketize(boundaries, outInt32, right);
}
