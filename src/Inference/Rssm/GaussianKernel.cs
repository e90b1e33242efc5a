using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Robotics.Inference.Rows;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Rssm;

/// <summary>Operations of a state-space model between its layers, for one vector width. Thread-safe.</summary>
internal abstract unsafe class GaussianKernel
{
    /// <summary>The kernel for a width.</summary>
    public static GaussianKernel For(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new GaussianKernel<Simd512, Vector512<float>, Vector512<uint>>(),
        VectorWidth.Bits256 => new GaussianKernel<Simd256, Vector256<float>, Vector256<uint>>(),
        _ => new GaussianKernel<Simd128, Vector128<float>, Vector128<uint>>(),
    };

    /// <summary>An expert's hidden layer: hidden = silu(hidden + embedding + age·slope).</summary>
    /// <param name="hidden">[units], in place.</param>
    /// <param name="embedding">[units].</param>
    /// <param name="age">In periods.</param>
    /// <param name="slope">[units].</param>
    public abstract void Join(Span<float> hidden, ReadOnlySpan<float> embedding, float age, ReadOnlySpan<float> slope);

    /// <summary>σ = softplus(raw) + minimum.</summary>
    /// <param name="raw">[D].</param>
    /// <param name="minimum">The smallest.</param>
    /// <param name="std">[D], std.</param>
    public abstract void Std(ReadOnlySpan<float> raw, float minimum, Span<float> std);

    /// <summary>One expert's part of a product with N(mean, σ): gain += σ²/σ_m², pull += σ²/σ_m²·(μ_m − μ).</summary>
    public abstract void Weigh(ReadOnlySpan<float> mean, ReadOnlySpan<float> std,
        ReadOnlySpan<float> expertMean, ReadOnlySpan<float> expertStd, Span<float> gain, Span<float> pull);

    /// <summary>The product: μ + pull/(1 + gain) and σ/√(1 + gain), in place.</summary>
    public abstract void Multiply(Span<float> mean, Span<float> std, ReadOnlySpan<float> gain, ReadOnlySpan<float> pull);
}

/// <inheritdoc/>
internal sealed unsafe class GaussianKernel<TS, TF, TU> : GaussianKernel
    where TS : struct, ISimd<TF, TU>
    where TF : struct
    where TU : struct
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Join(Span<float> hidden, ReadOnlySpan<float> embedding, float age, ReadOnlySpan<float> slope)
    {
        var time = TS.Create(age);
        fixed (float* h = hidden, e = embedding, s = slope)
        {
            for (var i = 0; i < hidden.Length; i += TS.Lanes)
            {
                var left = hidden.Length - i;
                var sum = TS.Add(Load(h + i, left), TS.MultiplyAdd(time, Load(s + i, left), Load(e + i, left)));
                Store(SimdMath<TS, TF, TU>.SiLU(sum), h + i, left);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Std(ReadOnlySpan<float> raw, float minimum, Span<float> std)
    {
        var floor = TS.Create(minimum);
        fixed (float* r = raw, d = std)
        {
            for (var i = 0; i < std.Length; i += TS.Lanes)
                Store(TS.Add(SimdMath<TS, TF, TU>.Softplus(Load(r + i, std.Length - i)), floor), d + i, std.Length - i);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Weigh(ReadOnlySpan<float> mean, ReadOnlySpan<float> std,
        ReadOnlySpan<float> expertMean, ReadOnlySpan<float> expertStd, Span<float> gain, Span<float> pull)
    {
        fixed (float* m = mean, d = std, em = expertMean, ed = expertStd, g = gain, p = pull)
        {
            for (var i = 0; i < mean.Length; i += TS.Lanes)
            {
                var left = mean.Length - i;
                var ratio = TS.Divide(Load(d + i, left), Load(ed + i, left));
                var weight = TS.Multiply(ratio, ratio);
                Store(TS.Add(Load(g + i, left), weight), g + i, left);
                Store(TS.MultiplyAdd(weight, TS.Subtract(Load(em + i, left), Load(m + i, left)), Load(p + i, left)), p + i, left);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(Span<float> mean, Span<float> std, ReadOnlySpan<float> gain, ReadOnlySpan<float> pull)
    {
        fixed (float* m = mean, d = std, g = gain, p = pull)
        {
            for (var i = 0; i < mean.Length; i += TS.Lanes)
            {
                var left = mean.Length - i;
                var total = TS.Add(TS.Create(1f), Load(g + i, left));
                Store(TS.Add(Load(m + i, left), TS.Divide(Load(p + i, left), total)), m + i, left);
                Store(TS.Divide(Load(d + i, left), TS.Sqrt(total)), d + i, left);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TF Load(float* source, int left) => PartialVector<TS, TF, TU>.Load(source, left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TF value, float* target, int left) => PartialVector<TS, TF, TU>.Store(value, target, left);
}
