using System.Numerics;
using System.Runtime.InteropServices;


namespace Robotics.TorchExtras;

/// <summary>The numbers of one parameter's step. Immutable.</summary>
/// <param name="count">Steps taken, this one included.</param>
/// <param name="learningRate">Step size α.</param>
/// <param name="epsilon">ε.</param>
/// <param name="l2">Coefficient of the parameter itself in its gradient.</param>
/// <param name="scale">Factor of the gradient.</param>
internal readonly struct AdamFactors(long count, double learningRate, double epsilon, double l2, double scale)
{
    /// <summary>−α / (1 − β₁ᵗ), the factor of m.</summary>
    internal double Step { get; } = -learningRate / (1 - Math.Pow(FusedAdam.Beta1, count));

    /// <summary>√(1 − β₂ᵗ), the divisor of √v.</summary>
    internal double SquareCorrection { get; } = Math.Sqrt(1 - Math.Pow(FusedAdam.Beta2, count));

    internal double Epsilon { get; } = epsilon;

    internal double L2 { get; } = l2;

    internal double Scale { get; } = scale;
}

/// <summary>Adam's arithmetic on arrays, one pass over memory. Thread-safe; allocates nothing.</summary>
internal static class AdamKernel
{
    /// <summary>One step; all spans have one length.</summary>
    internal static void Step(
        Span<float> parameter, ReadOnlySpan<float> gradient, Span<float> average, Span<float> square, in AdamFactors factors)
    {
        var (keep1, take1, keep2, take2) = (
            (float)FusedAdam.Beta1, (float)(1 - FusedAdam.Beta1), (float)FusedAdam.Beta2, (float)(1 - FusedAdam.Beta2));
        var (step, correction, epsilon) = ((float)factors.Step, (float)factors.SquareCorrection, (float)factors.Epsilon);
        var (l2, scale) = (new Vector<float>((float)factors.L2), (float)factors.Scale);
        var p = Vectors(parameter);
        var m = Vectors(average);
        var v = Vectors(square);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (var i = 0; i < g.Length; i++)
        {
            var slope = Vector.FusedMultiplyAdd(p[i], l2, g[i] * scale);
            m[i] = Vector.FusedMultiplyAdd(slope, new Vector<float>(take1), m[i] * keep1);
            v[i] = Vector.FusedMultiplyAdd(slope * take2, slope, v[i] * keep2);
            p[i] += m[i] * step / ((Vector.SquareRoot(v[i]) / correction) + new Vector<float>(epsilon));
        }

        for (var i = g.Length * Vector<float>.Count; i < gradient.Length; i++)
        {
            var slope = MathF.FusedMultiplyAdd(parameter[i], (float)factors.L2, gradient[i] * scale);
            average[i] = MathF.FusedMultiplyAdd(slope, take1, average[i] * keep1);
            square[i] = MathF.FusedMultiplyAdd(slope * take2, slope, square[i] * keep2);
            parameter[i] += average[i] * step / ((MathF.Sqrt(square[i]) / correction) + epsilon);
        }
    }

    /// <summary>Σ x².</summary>
    internal static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var sum = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var x in vectors)
            sum = Vector.FusedMultiplyAdd(x, x, sum);
        double total = Vector.Sum(sum);
        foreach (var x in values[(vectors.Length * Vector<float>.Count)..])
            total += x * x;
        return total;
    }

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
