using System.Runtime.InteropServices;

namespace Robotics.Inference.Dense;

/// <summary>A layer's shape as the native kernel reads it; native/kernels/src/kernels.h is the other side.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DenseCall
{
    /// <summary>Lines of input: floats, or pairs of bfloat16.</summary>
    public int Inputs;

    /// <summary>Blocks of outputs.</summary>
    public int BlockCount;

    /// <summary>[block], outputs in each.</summary>
    public int* Blocks;

    /// <summary>1 where inputs and weights are pairs of bfloat16, 0 where they are floats.</summary>
    public int PairsIn;

    /// <summary>Format of the outputs.</summary>
    public DenseOutput Output;

    /// <summary>Vectors of 512 bits in the tile: 1 or 2.</summary>
    public int Vectors;
}
