using System.Runtime.CompilerServices;

namespace Robotics.Inference.Simd;

/// <summary>
/// Floats that the collector never moves, on a cache line's boundary, zero at first. The pointer lives as long as the
/// object: whoever keeps the one must keep the other.
/// </summary>
internal sealed unsafe class AlignedFloats
{
    private const int LineBytes = 64;
    private readonly float[] _memory;

    public AlignedFloats(long length)
    {
        Length = length;
        _memory = GC.AllocateArray<float>(checked((int)length + (LineBytes / sizeof(float))), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref _memory[0]);
        Pointer = (float*)((address + LineBytes - 1) & ~(nuint)(LineBytes - 1));
    }

    public long Length { get; }

    public float* Pointer { get; }

    public Span<float> Span => new(Pointer, (int)Length);
}
