using System.Numerics;
using Robotics.Core.Randomness;

namespace Robotics.Controller.Planning;

/// <summary>
/// Gaussian sequences whose power falls with frequency as f^−β (Timmer and König 1995, "On generating power law noise"; used
/// for actions by Pinneri et al. 2020, section 3.1). Differs from the authors' package: the inverse transform is one product
/// with a precomputed matrix, the constant component has the power of the lowest frequency exactly, and every step's variance
/// is 1 with the constant component counted. Does not allocate after construction; safe on the tick path; one thread.
/// </summary>
internal sealed class ColouredNoise
{
    private readonly int _steps;
    private readonly bool _white;
    private readonly float[] _basis;
    private readonly float[] _path;

    /// <summary>Tabulates the scaled transform.</summary>
    /// <param name="steps">Length of a sequence.</param>
    /// <param name="beta">The exponent; 0 is white.</param>
    public ColouredNoise(int steps, double beta)
    {
        _steps = steps;
        _white = beta == 0 || steps == 1;
        _path = new float[steps];
        _basis = _white ? [] : ScaledFourierBasis(steps, beta);
    }

    /// <summary>Fills [steps × channels] with noise of unit variance, channels independent.</summary>
    public void Fill(Span<float> noise, int channels, ref RandomStream random)
    {
        if (_white)
        {
            foreach (ref var x in noise)
                x = NormalQuantile.Standard(random.NextUInt32());
            return;
        }

        for (var channel = 0; channel < channels; channel++)
        {
            _path.AsSpan().Clear();
            for (var k = 0; k < _steps; k++)
                AddScaled(NormalQuantile.Standard(random.NextUInt32()), _basis.AsSpan(k * _steps, _steps), _path);
            for (var t = 0; t < _steps; t++)
                noise[(t * channels) + channel] = _path[t];
        }
    }

    /// <summary>Row k: the k-th orthonormal real Fourier function over the steps, times the root of its power.</summary>
    private static float[] ScaledFourierBasis(int n, double beta)
    {
        var basis = new float[n * n];
        var totalPower = Enumerable.Range(0, n).Sum(k => Power(FrequencyOf(k), beta));
        for (var k = 0; k < n; k++)
        {
            var frequency = FrequencyOf(k);
            var alone = frequency == 0 || 2 * frequency == n;
            var amplitude = Math.Sqrt(Power(frequency, beta) / totalPower * (alone ? 1 : 2));
            for (var t = 0; t < n; t++)
            {
                var angle = 2 * Math.PI * frequency * t / n;
                basis[(k * n) + t] = (float)(amplitude * (k % 2 == 0 && k > 0 ? Math.Sin(angle) : Math.Cos(angle)));
            }
        }

        return basis;
    }

    // Functions in order: constant, cos 1, sin 1, cos 2, sin 2, … ; with n even the last is the alternating cosine.
    private static int FrequencyOf(int k) => (k + 1) / 2;

    private static double Power(int frequency, double beta) => Math.Pow(Math.Max(frequency, 1), -beta);

    private static void AddScaled(float factor, ReadOnlySpan<float> row, Span<float> sum)
    {
        var width = Vector<float>.Count;
        var i = 0;
        for (; i <= row.Length - width; i += width)
            (new Vector<float>(sum[i..]) + (factor * new Vector<float>(row[i..]))).CopyTo(sum[i..]);
        for (; i < row.Length; i++)
            sum[i] += factor * row[i];
    }
}
