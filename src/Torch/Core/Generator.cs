namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers. Not thread-safe beyond libtorch's own lock around single draws.</summary>
    public class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            Handle = Native.Check(this.device.type == DeviceType.CPU
                ? Native.rt_generator(seed)
                : Native.rt_default_generator((int)this.device.type, this.device.index));
            if (this.device.type != DeviceType.CPU) manual_seed((long)seed);
        }

        private Generator(nint handle)
        {
            Handle = handle;
            device = CPU;
        }

        ~Generator() => Dispose(false);

        /// <summary>The one that operators use when none is named.</summary>
        public static Generator Default => new(Native.Check(Native.rt_default_generator((int)DeviceType.CPU, -1)));

        public Device device { get; }

        public IntPtr Handle { get; private set; }

        public Tensor get_state() => new(Kept(Native.rt_generator_state(Handle)));

        public void set_state(Tensor value)
        {
            Checked(Native.rt_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        public Generator manual_seed(long seed)
        {
            Checked(Native.rt_generator_seed(Handle, (ulong)seed));
            return this;
        }

        public unsafe long seed()
        {
            ulong seed;
            Checked(Native.rt_generator_reseed(Handle, &seed));
            return (long)seed;
        }

        public unsafe long initial_seed()
        {
            ulong seed;
            Checked(Native.rt_generator_current_seed(Handle, &seed));
            return (long)seed;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Handle == 0) return;
            Native.rt_generator_dispose(Handle);
            Handle = 0;
        }

        /// <summary>Keeps the finalizer away until the native call has returned.</summary>
        private void Checked(int result)
        {
            GC.KeepAlive(this);
            Native.Check(result);
        }

        private nint Kept(nint handle)
        {
            GC.KeepAlive(this);
            return Native.Check(handle);
        }
    }

    /// <summary>libtorch's default generator.</summary>
    public static class random
    {
        public static Generator manual_seed(long seed)
        {
            cuda.manual_seed_all(seed);
            return Generator.Default.manual_seed(seed);
        }

        public static long seed() => Generator.Default.seed();

        public static long initial_seed() => Generator.Default.initial_seed();

        public static Tensor get_rng_state() => Generator.Default.get_state();

        public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);
    }

    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static long seed() => random.seed();

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static int get_num_threads() => Native.rt_get_num_threads();

    public static void set_num_threads(int num) => Native.Check(Native.rt_set_num_threads(num));

    public static int get_num_interop_threads() => Native.rt_get_num_interop_threads();

    public static void set_num_interop_threads(int num) => Native.Check(Native.rt_set_num_interop_threads(num));
}
