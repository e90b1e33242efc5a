namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true)
            => Aten.std_mean.CallPair(this, unbiased);

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Aten.std_mean__dim.CallPair(this, dimensions, unbiased, keepdim);

        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => std_mean([dim], unbiased, keepdim, type);

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true)
            => Aten.var_mean.CallPair(this, unbiased);

        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Aten.var_mean__dim.CallPair(this, dimensions, unbiased, keepdim);

        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => var_mean([dim], unbiased, keepdim, type);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false)
            => Aten.aminmax.CallPair(this, dim, keepdim);

        public (Tensor values, Tensor indexes) cummax(long dim)
            => Aten.cummax.CallPair(this, dim);

        public (Tensor values, Tensor indexes) cummin(long dim)
            => Aten.cummin.CallPair(this, dim);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false)
            => Aten.kthvalue.CallPair(this, k, dim ?? -1, keepdim);

        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false)
            => Aten.mode.CallPair(this, dim, keepdim);

        public Tensor logcumsumexp(long dim)
            => Aten.logcumsumexp.Call(this, dim);

        public Tensor argwhere()
            => Aten.argwhere.Call(this);

        public Tensor heaviside(Tensor other)
            => Aten.heaviside.Call(this, other);

        public Tensor copysign(Tensor other)
            => Aten.copysign__Tensor.Call(this, other);

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null)
            => Aten.diff.Call(this, n, dim, prepend, append);

        public Tensor swapaxes(long dim0, long dim1)
            => transpose(dim0, dim1);

        public Tensor swapdims(long dim0, long dim1)
            => transpose(dim0, dim1);

        public Tensor ravel()
            => reshape(-1);

        public Tensor fliplr()
            => Aten.fliplr.Call(this);

        public Tensor flipud()
            => Aten.flipud.Call(this);

        public Tensor[] tensor_split(long size, long dim = 0)
            => Aten.tensor_split__sections.CallMany(this, size, dim);

        public Tensor[] tensor_split(long[] sizes, long dim = 0)
            => Aten.tensor_split__indices.CallMany(this, sizes, dim);

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false)
            => Aten.isin__Tensor_Tensor.Call(this, test_elements, assumeUnique, invert);

        public Tensor take_along_dim(Tensor indices, long dim)
            => Aten.take_along_dim.Call(this, indices, dim);

        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null)
            => Aten.log_normal_.Write(this, mean, std, generator);

        public Tensor triu_(long diagonal = 0)
            => Aten.triu_.Write(this, diagonal);

        public Tensor tril_(long diagonal = 0)
            => Aten.tril_.Write(this, diagonal);
    }
}
