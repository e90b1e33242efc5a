using TorchSharp;

namespace Robotics.TorchExtras;

/// <summary>Settings of the whole process. Safe from any thread; not for the tick path.</summary>
public static class TorchProcess
{
    /// <summary>
    /// libtorch's version, for instance 2.10.0. Another version rounds differently, so that training does not go on bit for bit.
    /// </summary>
    public static string Version { get; } = System.Version.Parse(torch.__version__).ToString(3);

    /// <summary>True when libtorch was built for CUDA, whatever devices there are.</summary>
    public static bool HasCudaBuild { get; } = File.Exists(
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libtorch_cuda.so"));

    /// <summary>True when libtorch is a build for CUDA and finds a device.</summary>
    public static bool HasCuda { get; } = HasCudaBuild && torch.cuda_is_available();

    /// <summary>Threads per operator; one unless asked for, because two collapse on a loaded machine.</summary>
    public static int Threads
    {
        get => torch.get_num_threads();
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            torch.set_num_threads(value);
        }
    }

    /// <summary>Native tensors that are held by handles.</summary>
    public static long LiveTensors => torch.Tensor.TotalCount;
}
