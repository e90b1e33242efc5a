using Robotics.Core.Randomness;

namespace Robotics.Studies.Forecasts;

/// <summary>
/// Makes draws of a belief, read out by a linear map, a forecast. What it needs is measured on episodes apart:
/// <list type="bullet">
/// <item>the Gaussian error of the read-out that is left beside the belief's own spread at the last picture;</item>
/// <item>at each age the straight line from the draws' mean to the truth, by least squares;</item>
/// <item>at each age by how much the draws must be stretched about their mean, so that the central 90 % interval holds the truth in
/// 90 % of the cases (split conformal prediction: Vovk, Gammerman and Shafer 2005; with a factor in place of a summand).</item>
/// </list>
/// Not thread-safe.
/// </summary>
public sealed class ForecastCalibration
{
    private const double Share = 0.9;
    private readonly double[] _residual;
    private readonly Line[][] _lines;
    private readonly double[][] _stretch;

    private ForecastCalibration(double[] residual, Line[][] lines, double[][] stretch) => (_residual, _lines, _stretch) = (residual, lines, stretch);

    /// <summary>[quantity], standard deviations of the read-out's error.</summary>
    public IReadOnlyList<double> Residual => _residual;

    /// <summary>[age][quantity], factors.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Stretch => _stretch;

    /// <summary>Measures.</summary>
    /// <param name="cases">At least ten cases, each with draws [age][quantity][copy] and the truth [age][quantity]; the first age is 0.</param>
    /// <param name="key">Draws the read-out's errors.</param>
    public static ForecastCalibration Fit(IReadOnlyList<(double[][][] Draws, double[][] Truth)> cases, RandomKey key)
    {
        var (ages, quantities) = (cases[0].Draws.Length, cases[0].Truth[0].Length);
        double[] residual = [.. Enumerable.Range(0, quantities).Select(k => ResidualOf(cases, k))];
        var random = key.OpenStream();
        var (lines, stretch) = (new Line[ages][], new double[ages][]);
        for (var age = 0; age < ages; age++)
        {
            (lines[age], stretch[age]) = (new Line[quantities], new double[quantities]);
            for (var k = 0; k < quantities; k++)
            {
                lines[age][k] = Line.Through([.. cases.Select(c => (c.Draws[age][k].Average(), c.Truth[age][k]))]);
                var needed = new double[cases.Count];
                for (var i = 0; i < needed.Length; i++)
                    needed[i] = Needed(Spread(cases[i].Draws[age][k], lines[age][k], residual[k], 1, ref random), cases[i].Truth[age][k]);
                stretch[age][k] = StretchOf(needed);
            }
        }

        return new ForecastCalibration(residual, lines, stretch);
    }

    /// <summary>The calibrated forecast.</summary>
    /// <param name="age">Index of the age.</param>
    /// <param name="draws">[quantity][copy]; not changed.</param>
    /// <param name="random">Draws the read-out's errors.</param>
    public double[][] Apply(int age, double[][] draws, ref RandomStream random)
    {
        var forecast = new double[draws.Length][];
        for (var k = 0; k < draws.Length; k++)
            forecast[k] = Spread(draws[k], _lines[age][k], _residual[k], _stretch[age][k], ref random);
        return forecast;
    }

    /// <summary>The forecast with the belief's own spread and the read-out's error alone.</summary>
    /// <param name="draws">[quantity][copy]; not changed.</param>
    /// <param name="random">Draws the read-out's errors.</param>
    public double[][] Own(double[][] draws, ref RandomStream random)
    {
        var forecast = new double[draws.Length][];
        for (var k = 0; k < draws.Length; k++)
            forecast[k] = Spread(draws[k], new Line(0, 1), _residual[k], 1, ref random);
        return forecast;
    }

    private static double[] Spread(double[] draws, Line line, double residual, double stretch, ref RandomStream random)
    {
        var (spread, mean) = (new double[draws.Length], draws.Average());
        for (var c = 0; c < spread.Length; c++)
            spread[c] = line.Offset + (line.Slope * mean) + (stretch * (draws[c] - mean + (residual * random.NextGaussian())));
        return spread;
    }

    /// <summary>Squared error of the draws' mean less their variance; where the belief alone is spread enough, a tenth of the error is left.</summary>
    private static double ResidualOf(IReadOnlyList<(double[][][] Draws, double[][] Truth)> cases, int quantity)
    {
        var (square, spread) = (0.0, 0.0);
        foreach (var (draws, truth) in cases)
        {
            var values = draws[0][quantity];
            var mean = values.Average();
            square += (mean - truth[0][quantity]) * (mean - truth[0][quantity]);
            spread += values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        }

        return Math.Sqrt(Math.Max(square - spread, 0.01 * square) / cases.Count);
    }

    /// <summary>The factor with which the interval would just reach the truth.</summary>
    private static double Needed(double[] draws, double truth)
    {
        Array.Sort(draws);
        var mean = draws.Average();
        var end = ForecastTally.Quantile(draws, truth > mean ? 0.5 + (Share / 2) : 0.5 - (Share / 2));
        return Math.Abs(truth - mean) / Math.Max(1e-12, Math.Abs(end - mean));
    }

    private static double StretchOf(double[] needed)
    {
        Array.Sort(needed);
        return needed[Math.Min(needed.Length - 1, (int)Math.Ceiling(Share * (needed.Length + 1)) - 1)];
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
