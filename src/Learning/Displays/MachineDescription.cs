using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Robotics.Learning.Displays;

/// <summary>The machine on which a run was measured.</summary>
internal static class MachineDescription
{
    /// <summary>Operating system, cores, vector width and .NET version in one line.</summary>
    public static string Create()
    {
        var lanes = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}, "
                + $"{lanes}-bit SIMD), .NET {Environment.Version}");
    }
}
