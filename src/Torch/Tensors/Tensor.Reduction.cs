namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null)
            => Aten.sum.Call(this, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
            => Aten.sum__dim_IntList.Call(this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
            => sum(dim.ToArray(), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null)
            => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null)
            => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null)
            => sum([dim0, dim1, dim2], keepdim, type);

        public Tensor mean()
            => Aten.mean.Call(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
            => Aten.mean__dim.Call(this, dimensions, keepdim, type);

        public Tensor std(bool unbiased = true)
            => Aten.std.Call(this, unbiased);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Aten.std__dim.Call(this, dimensions, unbiased, keepdim);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => std(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => std([dim], unbiased, keepdim, type);

        public Tensor var(bool unbiased = true)
            => Aten.var.Call(this, unbiased);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Aten.var__dim.Call(this, dimensions, unbiased, keepdim);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => var(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => var([dim], unbiased, keepdim, type);

        public Tensor prod(ScalarType? type = null)
            => Aten.prod.Call(this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null)
            => Aten.prod__dim_int.Call(this, dim, keepdim, type);

        public Tensor norm(float p = 2)
            => Aten.norm__Scalar.Call(this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2)
            => Aten.norm__ScalarOpt_dim.Call(this, p, (long[])[dim], keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false)
            => Aten.logsumexp.Call(this, (long[])[dim], keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null)
            => Aten.cumsum.Call(this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null)
            => Aten.cumprod.Call(this, dim, type);

        public Tensor max()
            => Aten.max.Call(this);

        public Tensor max(Tensor other)
            => maximum(other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
            => Aten.max__dim.CallPair(this, dim, keepdim);

        public Tensor min()
            => Aten.min.Call(this);

        public Tensor min(Tensor other)
            => minimum(other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
            => Aten.min__dim.CallPair(this, dim, keepdim);

        public Tensor amax(params long[] dims)
            => Aten.amax.Call(this, dims);

        public Tensor amin(params long[] dims)
            => Aten.amin.Call(this, dims);

        public Tensor argmax()
            => Aten.argmax.Call(this);

        public Tensor argmax(long dim, bool keepdim = false)
            => Aten.argmax.Call(this, dim, keepdim);

        public Tensor argmin()
            => Aten.argmin.Call(this);

        public Tensor argmin(long dim, bool keepdim = false)
            => Aten.argmin.Call(this, dim, keepdim);

        public Tensor all()
            => Aten.all.Call(this);

        public Tensor all(long dim, bool keepdim = false)
            => Aten.all__dim.Call(this, dim, keepdim);

        public Tensor any()
            => Aten.any.Call(this);

        public Tensor any(long dim, bool keepdim = false)
            => Aten.any__dim.Call(this, dim, keepdim);

        public Tensor median()
            => Aten.median.Call(this);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false)
            => Aten.quantile.Call(this, q, dim == -1 ? default : (Argument)dim, keepdim);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
            => Aten.topk.CallPair(this, k, dim, largest, sorted);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
            => stable ? Aten.sort__stable.CallPair(this, true, dim, descending) : Aten.sort.CallPair(this, dim, descending);

        public Tensor argsort(long dim = -1, bool descending = false)
            => Aten.argsort.Call(this, dim, descending);

        public Tensor count_nonzero(long[]? dims = null)
            => dims is null ? Aten.count_nonzero.Call(this) : Aten.count_nonzero__dim_IntList.Call(this, dims);

        public Tensor nonzero()
            => Aten.nonzero.Call(this);

        public Tensor dist(Tensor other, float p = 2)
            => Aten.dist.Call(this, other, (double)p);
    }
}
