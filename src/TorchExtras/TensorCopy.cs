using System.Runtime.InteropServices;
using static TorchSharp.torch;


namespace Robotics.TorchExtras;

/// <summary>Moves numbers between arrays and contiguous tensors, wherever these are. No gradient is recorded.</summary>
public static class TensorCopy
{
    /// <summary>Overwrites a tensor, row-major.</summary>
    public static void CopyTo(this float[] values, Tensor into)
    {
        using var noGrad = no_grad();
        using var source = tensor(values, into.shape);
        into.copy_(source);
    }

    /// <summary>The tensor's numbers, row-major.</summary>
    public static float[] ToFloats(this Tensor values)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(values.detach().cpu().to(ScalarType.Float32).contiguous().bytes).ToArray();
    }
}
