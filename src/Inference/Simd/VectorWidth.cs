using System.Runtime.Intrinsics;

namespace Robotics.Inference.Simd;

/// <summary>The vector width that packed networks are laid out for and run with.</summary>
public enum VectorWidth
{
    /// <summary>Four floats: SSE, NEON.</summary>
    Bits128,

    /// <summary>Eight floats: AVX2.</summary>
    Bits256,

    /// <summary>Sixteen floats: AVX-512.</summary>
    Bits512,
}

/// <summary>Properties of a vector width. Pure; thread-safe.</summary>
public static class VectorWidths
{
    /// <summary>The widest that this machine has in hardware. All others run too, if need be emulated.</summary>
    public static VectorWidth Best =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;

    /// <summary>Floats in one vector.</summary>
    public static int Lanes(this VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => 16,
        VectorWidth.Bits256 => 8,
        _ => 4,
    };

    /// <summary>Rows that a network takes at once: two vectors, so that each weight is loaded once for two multiplications.</summary>
    public static int TileLanes(this VectorWidth width) => 2 * width.Lanes();
}
