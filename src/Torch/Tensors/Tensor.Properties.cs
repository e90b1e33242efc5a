namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions => Checked(Native.rt_dim(Handle));

        public long ndim => Dimensions;

        public long NumberOfElements => Kept(Native.rt_numel(Handle));

        public long ElementSize => Checked(Native.rt_element_size(Handle));

        public ScalarType dtype => (ScalarType)Checked(Native.rt_dtype(Handle));

        public unsafe DeviceType device_type
        {
            get
            {
                int index;
                return (DeviceType)Checked(Native.rt_device(Handle, &index));
            }
        }

        public unsafe int device_index
        {
            get
            {
                int index;
                Checked(Native.rt_device(Handle, &index));
                return index;
            }
        }

        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* first = sizes) Checked(Native.rt_sizes(Handle, first));
                return sizes;
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_leaf => Checked(Native.rt_is_leaf(Handle)) != 0;

        public bool requires_grad
        {
            get => Checked(Native.rt_requires_grad(Handle)) != 0;
            set => Checked(Native.rt_set_requires_grad(Handle, value ? 1 : 0));
        }

        public unsafe Tensor? grad
        {
            get
            {
                nint result;
                Checked(Native.rt_grad(Handle, &result));
                return result == 0 ? null : new Tensor(result);
            }
            set
            {
                Checked(Native.rt_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(value);
            }
        }

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim)
        {
            var sizes = shape;
            var position = dim < 0 ? dim + sizes.Length : dim;
            if (position < 0 || position >= sizes.Length)
                throw new IndexOutOfRangeException("dimension " + dim + " of a tensor with " + sizes.Length + " dimensions");
            return sizes[position];
        }

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* first = strides) Checked(Native.rt_strides(Handle, first));
            return strides;
        }

        public long stride(int dim)
        {
            var strides = stride();
            return strides[dim < 0 ? dim + strides.Length : dim];
        }

        public long storage_offset() => Kept(Native.rt_storage_offset(Handle));

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous() => Checked(Native.rt_is_contiguous(Handle)) != 0;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        public bool is_nonzero()
        {
            if (NumberOfElements != 1) throw new InvalidOperationException("is_nonzero() called on non-singleton tensor");
            return ToScalar().Real != 0;
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad() => Checked(Native.rt_retain_grad(Handle));

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null)
            => autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>Keeps the finalizer away until the native call has returned.</summary>
        private int Checked(int result)
        {
            GC.KeepAlive(this);
            return Native.Check(result);
        }

        private long Kept(long result)
        {
            GC.KeepAlive(this);
            return result;
        }
    }
}
