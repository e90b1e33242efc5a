using Robotics.Core.Randomness;

namespace Robotics.Studies.Forecasts;

/// <summary>
/// Calibrated forecasts from samples of a belief decoded by a linear probe. Three things are fitted on a calibration set:
/// <list type="bullet">
/// <item>the Gaussian residual of the probe at the last image that the variance of the belief does not explain;</item>
/// <item>at each age a line from the samples' mean to the ground truth, by least squares;</item>
/// <item>at each age the factor by which the samples are scaled about their mean, so that the central 90 % interval holds the ground
/// truth in 90 % of the cases (split conformal prediction: Vovk, Gammerman and Shafer 2005; with a factor in place of a summand).</item>
/// </list>
/// Not thread-safe.
/// </summary>
public sealed class ForecastCalibration
{
    private const double Share = 0.9;
    private readonly double[] _residual;
    private readonly Line[][] _lines;
    private readonly double[][] _scale;

    private ForecastCalibration(double[] residual, Line[][] lines, double[][] scale) =>
        (_residual, _lines, _scale) = (residual, lines, scale);

    /// <summary>[quantity], std of the probe's residual.</summary>
    public IReadOnlyList<double> Residual => _residual;

    /// <summary>[age][quantity], factors by which the samples are scaled about their mean.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Scale => _scale;

    /// <summary>Fits the calibration.</summary>
    /// <param name="cases">
    /// At least ten cases, each with samples [age][quantity][sample] and the ground truth [age][quantity]; the first age is 0.
    /// </param>
    /// <param name="key">Key of the sampled residuals.</param>
    public static ForecastCalibration Fit(IReadOnlyList<(double[][][] Samples, double[][] Truth)> cases, RandomKey key)
    {
        var (ages, quantities) = (cases[0].Samples.Length, cases[0].Truth[0].Length);
        double[] residual = [.. Enumerable.Range(0, quantities).Select(k => ResidualOf(cases, k))];
        var random = key.OpenStream();
        var (lines, scale) = (new Line[ages][], new double[ages][]);
        for (var age = 0; age < ages; age++)
        {
            (lines[age], scale[age]) = (new Line[quantities], new double[quantities]);
            for (var k = 0; k < quantities; k++)
            {
                lines[age][k] = Line.Through([.. cases.Select(c => (c.Samples[age][k].Average(), c.Truth[age][k]))]);
                var factors = new double[cases.Count];
                for (var i = 0; i < factors.Length; i++)
                {
                    var unscaled = Scaled(cases[i].Samples[age][k], lines[age][k], residual[k], 1, ref random);
                    factors[i] = RequiredFactor(unscaled, cases[i].Truth[age][k]);
                }

                scale[age][k] = Quantile(factors);
            }
        }

        return new ForecastCalibration(residual, lines, scale);
    }

    /// <summary>The calibrated forecast.</summary>
    /// <param name="age">Index of the age.</param>
    /// <param name="samples">[quantity][sample]; not changed.</param>
    /// <param name="random">Stream of the sampled residuals.</param>
    public double[][] Apply(int age, double[][] samples, ref RandomStream random)
    {
        var forecast = new double[samples.Length][];
        for (var k = 0; k < samples.Length; k++)
            forecast[k] = Scaled(samples[k], _lines[age][k], _residual[k], _scale[age][k], ref random);
        return forecast;
    }

    /// <summary>The uncalibrated forecast: the belief's own variance and the probe's residual alone.</summary>
    /// <param name="samples">[quantity][sample]; not changed.</param>
    /// <param name="random">Stream of the sampled residuals.</param>
    public double[][] Own(double[][] samples, ref RandomStream random)
    {
        var forecast = new double[samples.Length][];
        for (var k = 0; k < samples.Length; k++)
            forecast[k] = Scaled(samples[k], new Line(0, 1), _residual[k], 1, ref random);
        return forecast;
    }

    private static double[] Scaled(double[] samples, Line line, double residual, double scale, ref RandomStream random)
    {
        var (scaled, mean) = (new double[samples.Length], samples.Average());
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = line.Offset + (line.Slope * mean) + (scale * (samples[i] - mean + (residual * random.NextGaussian())));
        return scaled;
    }

    /// <summary>Root of the samples' mean squared error minus their variance, at least a tenth of the root mean square error.</summary>
    private static double ResidualOf(IReadOnlyList<(double[][][] Samples, double[][] Truth)> cases, int quantity)
    {
        var (square, variance) = (0.0, 0.0);
        foreach (var (samples, truth) in cases)
        {
            var values = samples[0][quantity];
            var mean = values.Average();
            square += (mean - truth[0][quantity]) * (mean - truth[0][quantity]);
            variance += values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        }

        return Math.Sqrt(Math.Max(square - variance, 0.01 * square) / cases.Count);
    }

    /// <summary>Minimum factor with which the interval holds the ground truth.</summary>
    private static double RequiredFactor(double[] samples, double truth)
    {
        Array.Sort(samples);
        var mean = samples.Average();
        var end = ForecastTally.Quantile(samples, truth > mean ? 0.5 + (Share / 2) : 0.5 - (Share / 2));
        return Math.Abs(truth - mean) / Math.Max(1e-12, Math.Abs(end - mean));
    }

    /// <summary>Conformal quantile of the factors.</summary>
    private static double Quantile(double[] factors)
    {
        Array.Sort(factors);
        return factors[Math.Min(factors.Length - 1, (int)Math.Ceiling(Share * (factors.Length + 1)) - 1)];
    }

    private readonly record struct Line(double Offset, double Slope)
    {
        public static Line Through(IReadOnlyList<(double X, double Y)> points)
        {
            var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
            var slope = points.Sum(p => (p.X - x) * (p.Y - y)) / Math.Max(1e-12, points.Sum(p => (p.X - x) * (p.X - x)));
            return new Line(y - (slope * x), slope);
        }
    }
}
