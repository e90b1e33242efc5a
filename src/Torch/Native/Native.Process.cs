using System.Runtime.InteropServices;

namespace TorchSharp;

internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int rt_backward(nint* roots, int rootCount, nint* grads, int gradCount, int retainGraph, int createGraph, nint* inputs, int inputCount);

    [LibraryImport(Library)]
    internal static partial int rt_gradients(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount, int retainGraph, int createGraph, int allowUnused, nint* results);

    [LibraryImport(Library)]
    internal static partial int rt_zero_grads(nint* tensors, int count, int setToNone);

    [LibraryImport(Library)]
    internal static partial int rt_grad_mode();

    [LibraryImport(Library)]
    internal static partial void rt_set_grad_mode(int enabled);

    [LibraryImport(Library)]
    internal static partial nint rt_inference_mode_enter(int enabled);

    [LibraryImport(Library)]
    internal static partial void rt_inference_mode_leave(nint guard);

    [LibraryImport(Library)]
    internal static partial int rt_inference_mode();

    [LibraryImport(Library)]
    internal static partial nint rt_generator(ulong seed);

    [LibraryImport(Library)]
    internal static partial nint rt_default_generator(int deviceType, int index);

    [LibraryImport(Library)]
    internal static partial void rt_generator_dispose(nint generator);

    [LibraryImport(Library)]
    internal static partial int rt_generator_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial int rt_generator_reseed(nint generator, ulong* seed);

    [LibraryImport(Library)]
    internal static partial int rt_generator_current_seed(nint generator, ulong* seed);

    [LibraryImport(Library)]
    internal static partial nint rt_generator_state(nint generator);

    [LibraryImport(Library)]
    internal static partial int rt_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)]
    internal static partial int rt_cuda_device_count();

    [LibraryImport(Library)]
    internal static partial int rt_cuda_seed(ulong seed);

    [LibraryImport(Library)]
    internal static partial int rt_cuda_synchronize(int device);

    [LibraryImport(Library)]
    internal static partial int rt_clip_grad_norm(nint* tensors, int count, double maximum, double order, double* total);

    [LibraryImport(Library)]
    internal static partial int rt_clip_grad_value(nint* tensors, int count, double bound);

    [LibraryImport(Library)]
    internal static partial int rt_adam(nint* parameters, nint* averages, nint* squares, nint* maxima, long* steps, int count, double rate, double beta1, double beta2, double epsilon, double decay, int decoupled, int maximise);

    [LibraryImport(Library)]
    internal static partial int rt_sgd(nint* parameters, nint* buffers, byte* started, int count, double rate, double momentum, double dampening, double decay, int nesterov, int maximise);
}
