using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Robotics.WorldModel;

/// <summary>Moves numbers between arrays and contiguous tensors of the processor's memory.</summary>
internal static class TensorCopy
{
    /// <summary>Overwrites a tensor, row-major. No gradient is recorded.</summary>
    public static void CopyTo(this float[] values, Tensor into) => values.CopyTo(MemoryMarshal.Cast<byte, float>(into.bytes));

    /// <summary>The tensor's numbers, row-major.</summary>
    public static float[] ToFloats(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();
}
