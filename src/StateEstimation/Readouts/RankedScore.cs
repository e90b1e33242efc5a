namespace Robotics.StateEstimation;

/// <summary>
/// The continuous ranked probability score of a forecast of one number, in that number's unit: smaller is better, and for a point
/// forecast it is the absolute error (Gneiting and Raftery 2007, section 4.2). Pure; thread-safe.
/// </summary>
public static class RankedScore
{
    /// <summary>Of a sample of the forecast, E|X − y| − ½·E|X − X′|. Sorts the sample.</summary>
    public static double OfSample(double[] sample, double value)
    {
        Array.Sort(sample);
        var (n, error, spread) = (sample.Length, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            error += Math.Abs(sample[i] - value);
            spread += sample[i] * ((2.0 * i) - n + 1);
        }

        return (error / n) - (spread / ((double)n * n));
    }

    /// <summary>Of a normal forecast, in closed form: σ · [z(2Φ(z) − 1) + 2φ(z) − 1/√π].</summary>
    public static double OfGaussian(double mean, double deviation, double value)
    {
        var z = (value - mean) / deviation;
        var density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
        return deviation * ((z * ((2 * Distribution(z)) - 1)) + (2 * density) - (1 / Math.Sqrt(Math.PI)));
    }

    /// <summary>Φ by Abramowitz and Stegun 26.2.17: absolute error below 1e-7.</summary>
    private static double Distribution(double z)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(z)));
        var tail = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return z >= 0 ? 1 - tail : tail;
    }
}
