namespace TorchSharp;

public static partial class torch
{
    public static IDisposable no_grad() => new GradModeScope(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradModeScope(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradModeScope(mode);

    public static bool is_grad_enabled() => Native.rt_grad_mode() != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceModeScope(mode);

    public static bool is_inference_mode_enabled() => Native.rt_inference_mode() != 0;

    /// <summary>Sets whether operators record themselves for gradients, for this thread, until disposed.</summary>
    private sealed class GradModeScope : IDisposable
    {
        private readonly bool _previous = is_grad_enabled();

        internal GradModeScope(bool enabled) => Native.rt_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => Native.rt_set_grad_mode(_previous ? 1 : 0);
    }

    /// <summary>libtorch's inference mode, for this thread, until disposed.</summary>
    private sealed class InferenceModeScope(bool enabled) : IDisposable
    {
        private nint _guard = Native.Check(Native.rt_inference_mode_enter(enabled ? 1 : 0));

        public void Dispose()
        {
            if (_guard != 0) Native.rt_inference_mode_leave(_guard);
            _guard = 0;
        }
    }
}
