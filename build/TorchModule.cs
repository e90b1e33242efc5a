using System.Runtime.CompilerServices;


namespace Robotics.TorchExtras;

/// <summary>Compiled into every assembly that uses libtorch, so that the process is prepared before libtorch is loaded.</summary>
internal static class TorchModule
{
    /// <summary>Runs before any other code of the assembly.</summary>
    [ModuleInitializer]
    internal static void Prepare() => TorchStart.Prepare();
}
