using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The bytes of a contiguous tensor in the processor's memory. Valid while the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                RequireBytes();
                return new Span<byte>((void*)Native.rt_data(Handle), checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                if (NumberOfElements * ElementSize != value.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(bytes);
            }
        }

        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireType(typeof(T));
            return new TensorAccessor<T>(is_cpu() ? this : cpu());
        }

        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
            RequireType(typeof(T));
            using var here = is_cpu() ? null : NewDisposeScope();
            return new TensorAccessor<T>(is_cpu() ? this : cpu()).First();
        }

        public unsafe Scalar ToScalar()
        {
            long integer;
            double real;
            return (ArgumentKind)Checked(Native.rt_item(Handle, &integer, &real)) switch
            {
                ArgumentKind.Double => real,
                ArgumentKind.Bool => integer != 0,
                _ => integer,
            };
        }

        public T ReadCpuValue<T>(long i)
            where T : unmanaged
        {
            RequireType(typeof(T));
            return new TensorAccessor<T>(this).At(i);
        }

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            if (NumberOfElements > 0) stream.Write(bytes);
            GC.KeepAlive(this);
        }

        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            stream.ReadExactly(bytes);
            GC.KeepAlive(this);
        }

        private void RequireBytes()
        {
            if (!is_contiguous()) throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            if (!is_cpu())
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        }

        private void RequireType(Type type)
        {
            if (TypeOf(type) != dtype) throw new ArgumentException(type.Name + " is not compatible with " + dtype);
        }
    }
}
