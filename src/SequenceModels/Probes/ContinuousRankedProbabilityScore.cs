using MathNet.Numerics.Distributions;

namespace Robotics.SequenceModels.Probes;

/// <summary>
/// The continuous ranked probability score of a forecast of one number, in that number's unit: smaller is better, and for a point
/// forecast it is the absolute error (Gneiting and Raftery 2007, section 4.2). Pure; thread-safe.
/// </summary>
public static class ContinuousRankedProbabilityScore
{
    /// <summary>Of a sample of the forecast, E|X − y| − ½·E|X − X′|. Sorts the sample.</summary>
    public static double FromSample(double[] sample, double value)
    {
        Array.Sort(sample);
        var (n, error, pairs) = (sample.Length, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            error += Math.Abs(sample[i] - value);
            pairs += sample[i] * ((2.0 * i) - n + 1);
        }

        return (error / n) - (pairs / ((double)n * n));
    }

    /// <summary>Of a normal forecast, in closed form: σ · [z(2Φ(z) − 1) + 2φ(z) − 1/√π].</summary>
    public static double FromGaussian(double mean, double std, double value)
    {
        var z = (value - mean) / std;
        var (density, distribution) = (Normal.PDF(0, 1, z), Normal.CDF(0, 1, z));
        return std * ((z * ((2 * distribution) - 1)) + (2 * density) - (1 / Math.Sqrt(Math.PI)));
    }
}
