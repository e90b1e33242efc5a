namespace TorchSharp;

public static partial class torch
{
    public static (Tensor std, Tensor mean) std_mean(Tensor input, bool unbiased = true)
        => input.std_mean(unbiased);

    public static (Tensor std, Tensor mean) std_mean(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        => input.std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor std, Tensor mean) std_mean(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        => input.std_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor var, Tensor mean) var_mean(Tensor input, bool unbiased = true)
        => input.var_mean(unbiased);

    public static (Tensor var, Tensor mean) var_mean(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        => input.var_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor var, Tensor mean) var_mean(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        => input.var_mean(dimensions, unbiased, keepdim, type);

    public static (Tensor min, Tensor max) aminmax(Tensor input, long? dim = null, bool keepdim = false)
        => input.aminmax(dim, keepdim);

    public static (Tensor values, Tensor indices) cummax(Tensor input, long dim)
        => input.cummax(dim);

    public static (Tensor values, Tensor indices) cummin(Tensor input, long dim)
        => input.cummin(dim);

    public static (Tensor values, Tensor indices) kthvalue(Tensor input, long k, long? dim, bool keepdim = false)
        => input.kthvalue(k, dim, keepdim);

    public static (Tensor values, Tensor indices) mode(Tensor input, long dim = -1, bool keepdim = false)
        => input.mode(dim, keepdim);

    public static Tensor logcumsumexp(Tensor input, long dim)
        => input.logcumsumexp(dim);

    public static Tensor argwhere(Tensor input)
        => input.argwhere();

    public static Tensor copysign(Tensor input, Tensor other)
        => input.copysign(other);

    public static Tensor diff(Tensor input, long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null)
        => input.diff(n, dim, prepend, append);

    public static Tensor swapaxes(Tensor input, long axis0, long axis1)
        => input.swapaxes(axis0, axis1);

    public static Tensor swapdims(Tensor input, long dim0, long dim1)
        => input.swapdims(dim0, dim1);

    public static Tensor ravel(Tensor input)
        => input.ravel();

    public static Tensor fliplr(Tensor input)
        => input.fliplr();

    public static Tensor flipud(Tensor input)
        => input.flipud();

    public static Tensor[] tensor_split(Tensor input, long indices_or_sections, long dim = 0)
        => input.tensor_split(indices_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, long[] indices_or_sections, long dim = 0)
        => input.tensor_split(indices_or_sections, dim);

    public static Tensor isin(Tensor tensor, Tensor test_elements, bool assumeUnique = false, bool invert = false)
        => tensor.isin(test_elements, assumeUnique, invert);

    public static Tensor take_along_dim(Tensor input, Tensor indices, long dim = 0)
        => input.take_along_dim(indices, dim);

    public static Tensor triu_(Tensor input, long diagonal = 0)
        => input.triu_(diagonal);

    public static Tensor tril_(Tensor input, long diagonal = 0)
        => input.tril_(diagonal);
}
