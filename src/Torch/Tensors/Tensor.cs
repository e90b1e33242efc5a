using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor: a handle to libtorch's, released by <see cref="Dispose()"/>, by the dispose scope it was made in, or,
    /// as a net only, by the finalizer.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        internal IntPtr handle;

        private static long s_totalCount;
        private static long s_peakCount;

        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            var total = Interlocked.Increment(ref s_totalCount);
            if (total > s_peakCount) s_peakCount = total;
            if (register) OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
        }

        ~Tensor() => Dispose(false);

        public static long TotalCount => Interlocked.Read(ref s_totalCount);

        public static long PeakCount => s_peakCount;

        public string? name { get; set; }

        public bool IsInvalid => handle == 0;

        public IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        internal DisposeScope? OwningDisposeScope { get; set; }

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var released = Interlocked.Exchange(ref handle, 0);
            if (released == 0) return;
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.CountDisposal(this);
                OwningDisposeScope?.MarkAsDisposed(this);
            }
            Interlocked.Decrement(ref s_totalCount);
            Native.rt_dispose(released);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null) other?.Attach(this);
            else OwningDisposeScope.MoveToOther(other, this);
            return this;
        }

        public IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref s_totalCount);
            return MoveHandle();
        }

        public Tensor alias()
        {
            var result = Native.Check(Native.rt_alias(Handle));
            GC.KeepAlive(this);
            return new Tensor(result);
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public bool Equals(Tensor target) => target is not null && Aten.equal.CallBool(this, target);

        public override int GetHashCode() => base.GetHashCode();

        /// <summary>Shape, type and device; the elements themselves only of a single number.</summary>
        public override string ToString()
        {
            if (IsInvalid) return "tensor without a handle";
            var size = "[" + string.Join("x", shape) + "], type = " + dtype + ", device = " + device;
            return numel() == 1 && is_cpu() && !is_complex() ? size + ", value = " + ToScalar().Real.ToString(CultureInfo.InvariantCulture) : size;
        }

        /// <summary>Takes over another tensor's native half and gives it this one's.</summary>
        internal void Exchange(Tensor other) => (handle, other.handle) = (other.Handle, Handle);

        /// <summary>Gives the handle up to a tensor that takes this one's place.</summary>
        internal IntPtr MoveHandle()
        {
            var moved = Handle;
            handle = 0;
            return moved;
        }
    }
}
