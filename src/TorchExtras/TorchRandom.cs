using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.TorchExtras;

/// <summary>
/// The one home of libtorch's random generator. The generator belongs to the process, so scopes of different threads
/// follow one another; operators called without a scope (dropout, <c>randn</c>) still use it. Not for the tick path.
/// </summary>
public static class TorchRandom
{
    private static readonly object Gate = new();

    /// <summary>
    /// Seeds the processor's generator, and those of CUDA devices, until the result is disposed; then the processor's
    /// generator continues where it was. The same thread must dispose it. Scopes nest.
    /// </summary>
    /// <param name="key">The seed; take it from a <c>RandomKey</c> derived for the purpose.</param>
    public static IDisposable Scope(ulong key) => new GeneratorScope(key);

    /// <summary>The state of the processor's generator, for a checkpoint.</summary>
    public static byte[] SaveState()
    {
        lock (Gate)
        {
            using var state = get_rng_state();
            return state.bytes.ToArray();
        }
    }

    /// <summary>Puts the processor's generator into a state that <see cref="SaveState"/> returned.</summary>
    /// <exception cref="ArgumentException">The bytes are no such state.</exception>
    public static void RestoreState(ReadOnlySpan<byte> state)
    {
        lock (Gate)
        {
            using var current = get_rng_state();
            if (state.Length != current.NumberOfElements)
                throw new ArgumentException(
                    $"A state of libtorch's random generator has {current.NumberOfElements} bytes, this one has {state.Length}: it was "
                    + "written by another version.",
                    nameof(state));
            using var tensor = torch.tensor(state.ToArray());
            set_rng_state(tensor);
        }
    }

    private sealed class GeneratorScope : IDisposable
    {
        private Tensor? _outer;

        internal GeneratorScope(ulong key)
        {
            Monitor.Enter(Gate);
            _outer = get_rng_state().DetachFromDisposeScope();
            random.manual_seed(unchecked((long)key));
            if (TorchProcess.HasCuda)
                cuda.manual_seed_all(unchecked((long)key));
        }

        public void Dispose()
        {
            if (_outer is null) return;
            set_rng_state(_outer);
            _outer.Dispose();
            _outer = null;
            Monitor.Exit(Gate);
        }
    }
}
