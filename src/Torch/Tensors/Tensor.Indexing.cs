using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => index((TensorIndex[])[i1]);
            set => index_put_(value, (TensorIndex[])[i1]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index((TensorIndex[])[i1, i2]);
            set => index_put_(value, (TensorIndex[])[i1, i2]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index((TensorIndex[])[i1, i2, i3]);
            set => index_put_(value, (TensorIndex[])[i1, i2, i3]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index((TensorIndex[])[i1, i2, i3, i4]);
            set => index_put_(value, (TensorIndex[])[i1, i2, i3, i4]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index((TensorIndex[])[i1, i2, i3, i4, i5]);
            set => index_put_(value, (TensorIndex[])[i1, i2, i3, i4, i5]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index((TensorIndex[])[i1, i2, i3, i4, i5, i6]);
            set => index_put_(value, (TensorIndex[])[i1, i2, i3, i4, i5, i6]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index(Array.ConvertAll(indices, i => (TensorIndex)i));
            set => index_put_(value, Array.ConvertAll(indices, i => (TensorIndex)i));
        }

        public unsafe Tensor index(params TensorIndex[] indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            for (var i = 0; i < indices.Length; i++) native[i] = indices[i].ToNative();
            var result = Native.Check(Native.rt_index(Handle, native, indices.Length));
            GC.KeepAlive(indices);
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public unsafe Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var native = stackalloc NativeIndex[indices.Length];
            for (var i = 0; i < indices.Length; i++) native[i] = indices[i].ToNative();
            Checked(Native.rt_index_put(Handle, native, indices.Length, value.Handle));
            GC.KeepAlive(indices);
            GC.KeepAlive(value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices)
            => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var tensor = full([], value, dtype, device);
            return index_put_(tensor, indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
            => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));
    }
}
