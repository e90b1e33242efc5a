namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor index_select(long dim, Tensor index)
            => Aten.index_select.Call(this, dim, index);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
            => Aten.index_add.Call(this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
            => Aten.index_add_.Write(this, dim, index, source, alpha);

        public Tensor index_copy(long dim, Tensor index, Tensor source)
            => Aten.index_copy.Call(this, dim, index, source);

        public Tensor index_copy_(long dim, Tensor index, Tensor source)
            => Aten.index_copy_.Write(this, dim, index, source);

        public Tensor index_fill(long dim, Tensor index, Scalar value)
            => Aten.index_fill__int_Scalar.Call(this, dim, index, value);

        public Tensor index_fill_(long dim, Tensor index, Scalar value)
            => Aten.index_fill___int_Scalar.Write(this, dim, index, value);

        public Tensor gather(long dim, Tensor index)
            => Aten.gather.Call(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src)
            => Aten.scatter__src.Call(this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src)
            => Aten.scatter___src.Write(this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src)
            => Aten.scatter_add.Call(this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
            => Aten.scatter_add_.Write(this, dim, index, src);

        public Tensor masked_fill(Tensor mask, Scalar value)
            => Aten.masked_fill__Scalar.Call(this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value)
            => Aten.masked_fill___Scalar.Write(this, mask, value);

        public Tensor masked_select(Tensor mask)
            => Aten.masked_select.Call(this, mask);

        public Tensor masked_scatter(Tensor mask, Tensor value)
            => Aten.masked_scatter.Call(this, mask, value);

        public Tensor masked_scatter_(Tensor mask, Tensor value)
            => Aten.masked_scatter_.Write(this, mask, value);

        public Tensor take(Tensor index)
            => Aten.take.Call(this, index);

        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false)
            => Aten.bucketize__Tensor.Call(this, boundaries, outInt32, right);
    }
}
