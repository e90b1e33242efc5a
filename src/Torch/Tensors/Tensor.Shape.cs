namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor reshape(params long[] shape)
            => Aten.reshape.Call(this, shape);

        public Tensor view(params long[] shape)
            => Aten.view.Call(this, shape);

        public Tensor view_as(Tensor other)
            => view(other.shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1)
            => Aten.flatten__using_ints.Call(this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes)
            => Aten.unflatten__int.Call(this, dim, sizes);

        public Tensor squeeze(long? dim = null)
            => dim is null ? Aten.squeeze.Call(this) : Aten.squeeze__dim.Call(this, dim);

        public Tensor unsqueeze(long dim)
            => Aten.unsqueeze.Call(this, dim);

        public Tensor squeeze_(long? dim = null)
            => dim is null ? Aten.squeeze_.Write(this) : Aten.squeeze___dim.Write(this, dim);

        public Tensor unsqueeze_(long dim)
            => Aten.unsqueeze_.Write(this, dim);

        public Tensor transpose(long dim0, long dim1)
            => Aten.transpose__int.Call(this, dim0, dim1);

        public Tensor permute(params long[] permutation)
            => Aten.permute.Call(this, permutation);

        public Tensor movedim(long[] source, long[] destination)
            => Aten.movedim__intlist.Call(this, source, destination);

        public Tensor expand(params long[] sizes)
            => Aten.expand.Call(this, sizes);

        public Tensor expand(long[] sizes, bool isImplicit = false)
            => Aten.expand.Call(this, sizes, isImplicit);

        public Tensor expand(Size sizes, bool isImplicit = false)
            => Aten.expand.Call(this, sizes.Shape, isImplicit);

        public Tensor expand_as(Tensor other)
            => Aten.expand_as.Call(this, other);

        public Tensor broadcast_to(params long[] shape)
            => Aten.broadcast_to.Call(this, shape);

        public Tensor repeat(params long[] sizes)
            => Aten.repeat.Call(this, sizes);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
            => Aten.repeat_interleave__self_int.Call(this, repeats, dim, output_size);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null)
            => Aten.repeat_interleave__self_Tensor.Call(this, repeats, dim, output_size);

        public Tensor tile(long[] reps)
            => Aten.tile.Call(this, reps);

        public Tensor flip(params long[] dims)
            => Aten.flip.Call(this, dims);

        public Tensor roll(long shifts, long? dims = null)
            => Aten.roll.Call(this, (long[])[shifts], dims is { } d ? (long[])[d] : []);

        public Tensor narrow(long dim, long start, long length)
            => Aten.narrow.Call(this, dim, start, length);

        public Tensor slice(long dim, long start, long finish, long step)
            => Aten.slice__Tensor.Call(this, dim, start, finish, step);

        public Tensor select(long dim, long index)
            => Aten.select__int.Call(this, dim, index);

        public Tensor unfold(long dimension, long size, long step)
            => Aten.unfold.Call(this, dimension, size, step);

        public Tensor[] unbind(long dimension = 0)
            => Aten.unbind__int.CallMany(this, dimension);

        public Tensor[] chunk(long chunks, long dim = 0)
            => Aten.chunk.CallMany(this, chunks, dim);

        public Tensor[] split(long size, int dim = 0)
            => Aten.split__Tensor.CallMany(this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0)
            => Aten.split_with_sizes.CallMany(this, sizes, dim);

        public Tensor[] split(params long[] sizes)
            => split(sizes, 0);

        public Tensor contiguous()
            => Aten.contiguous.Call(this);

        public Tensor clone()
            => Aten.clone.Call(this);

        public Tensor detach()
            => Aten.detach.Call(this);

        public Tensor detach_()
            => Aten.detach_.Write(this);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
            => Aten.as_strided.Call(this, size, strides, storageOffset);
    }
}
