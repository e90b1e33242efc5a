namespace Robotics.Inference.Simd;

/// <summary>
/// The vector operations that the kernels are written in, so that each is written once for all widths: type arguments that
/// are structs are specialised, and every call becomes one instruction. Comparisons give masks of all ones or all zeros.
/// </summary>
/// <typeparam name="TF">A vector of floats.</typeparam>
/// <typeparam name="TU">The vector of 32-bit words of the same size.</typeparam>
internal unsafe interface ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    static abstract int Lanes { get; }

    static abstract TF Load(float* source);

    static abstract void Store(TF value, float* target);

    static abstract TF Create(float value);

    static abstract TF Add(TF a, TF b);

    static abstract TF Subtract(TF a, TF b);

    static abstract TF Multiply(TF a, TF b);

    static abstract TF Divide(TF a, TF b);

    /// <summary>a · b + c, fused where the machine can.</summary>
    static abstract TF MultiplyAdd(TF a, TF b, TF c);

    static abstract TF Sqrt(TF a);

    static abstract TF Abs(TF a);

    /// <summary>The smaller of two; NaN wins over numbers, as in Math.Min.</summary>
    static abstract TF Min(TF a, TF b);

    /// <summary>The larger of two; NaN wins over numbers, as in Math.Max.</summary>
    static abstract TF Max(TF a, TF b);

    /// <summary>Limits to a range in the machine's own way: what becomes of NaN is not said.</summary>
    static abstract TF ClampFast(TF value, TF low, TF high);

    static abstract TF LessThan(TF a, TF b);

    static abstract TF GreaterThan(TF a, TF b);

    static abstract TF Select(TF mask, TF yes, TF no);

    static abstract TU LoadWords(uint* source);

    static abstract TU CreateWords(uint value);

    static abstract TU AsWords(TF a);

    static abstract TF AsFloats(TU a);

    /// <summary>Words below 2³¹ as numbers.</summary>
    static abstract TF ToFloats(TU a);

    static abstract TU Add(TU a, TU b);

    static abstract TU And(TU a, TU b);

    static abstract TU Xor(TU a, TU b);

    static abstract TU ShiftLeft(TU a, int count);

    static abstract TU ShiftRight(TU a, int count);

    /// <summary>The lower 32 bits of a product.</summary>
    static abstract TU MultiplyLow(TU a, TU b);

    /// <summary>The upper 32 bits of a product.</summary>
    static abstract TU MultiplyHigh(TU a, TU b);
}
