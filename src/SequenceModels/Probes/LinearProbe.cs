using Robotics.Core.Numerics;

namespace Robotics.SequenceModels.Probes;

/// <summary>
/// A linear probe: a map from frozen features to ground-truth quantities with a Gaussian error.
/// Fitted by ridge regression on standardised features. Immutable; thread-safe; not for the tick path.
/// </summary>
public sealed class LinearProbe
{
    private readonly double[] _mean;
    private readonly double[] _scale;
    private readonly DenseMatrix _weights;

    private LinearProbe(double[] mean, double[] scale, DenseMatrix weights, double[] residual)
    {
        (_mean, _scale, _weights, ResidualStd) = (mean, scale, weights, residual);
    }

    /// <summary>[target], std of the error over the training rows.</summary>
    public IReadOnlyList<double> ResidualStd { get; }

    /// <summary>Fits a probe.</summary>
    /// <param name="features">Rows of features, at least one.</param>
    /// <param name="targets">As many rows.</param>
    /// <param name="penalty">λ, per row: the squared weights cost λ · rows.</param>
    public static LinearProbe Fit(IReadOnlyList<float[]> features, IReadOnlyList<double[]> targets, double penalty = 1e-4)
    {
        var (n, f, d) = (features.Count, features[0].Length, targets[0].Length);
        var (mean, scale) = Moments(features);
        var gram = new DenseMatrix(f + 1, f + 1);
        var right = new DenseMatrix(f + 1, d);
        var x = new double[f + 1];
        for (var row = 0; row < n; row++)
        {
            Standardise(features[row], mean, scale, x);
            for (var i = 0; i <= f; i++)
            {
                var xi = x[i];
                var line = gram.Data.AsSpan(i * (f + 1), i + 1);
                for (var j = 0; j <= i; j++)
                    line[j] += xi * x[j];
                for (var k = 0; k < d; k++)
                    right[i, k] += xi * targets[row][k];
            }
        }

        for (var i = 0; i <= f; i++)
        {
            gram[i, i] += i < f ? penalty * n : 1e-9 * n;
            for (var j = 0; j < i; j++)
                gram[j, i] = gram[i, j];
        }

        var fitted = new LinearProbe(mean, scale, Cholesky.From(gram).Solve(right), new double[d]);
        return new LinearProbe(mean, scale, fitted._weights, fitted.Errors(features, targets));
    }

    /// <summary>Predicts the means.</summary>
    public double[] Read(ReadOnlySpan<float> features)
    {
        var x = new double[_mean.Length + 1];
        Standardise(features, _mean, _scale, x);
        var result = new double[_weights.Columns];
        for (var i = 0; i < x.Length; i++)
        {
            for (var k = 0; k < result.Length; k++)
                result[k] += x[i] * _weights[i, k];
        }

        return result;
    }

    /// <summary>
    /// The same map with another error, for instance the error that remains once the belief's own variance is subtracted.
    /// </summary>
    /// <param name="residualStd">[target], std, at least 0.</param>
    public LinearProbe WithResidual(IReadOnlyList<double> residualStd) => new(_mean, _scale, _weights, [.. residualStd]);

    private static (double[] Mean, double[] Scale) Moments(IReadOnlyList<float[]> rows)
    {
        var f = rows[0].Length;
        var (sum, squares) = (new double[f], new double[f]);
        foreach (var row in rows)
        {
            for (var i = 0; i < f; i++)
                (sum[i], squares[i]) = (sum[i] + row[i], squares[i] + ((double)row[i] * row[i]));
        }

        var mean = sum.Select(s => s / rows.Count).ToArray();
        return (mean, [.. squares.Select((s, i) => Math.Max(1e-6, Math.Sqrt(Math.Max(0, (s / rows.Count) - (mean[i] * mean[i])))))]);
    }

    private static void Standardise(ReadOnlySpan<float> features, double[] mean, double[] scale, double[] into)
    {
        for (var i = 0; i < mean.Length; i++)
            into[i] = (features[i] - mean[i]) / scale[i];
        into[^1] = 1;
    }

    private double[] Errors(IReadOnlyList<float[]> features, IReadOnlyList<double[]> targets)
    {
        var squares = new double[targets[0].Length];
        for (var row = 0; row < features.Count; row++)
        {
            var read = Read(features[row]);
            for (var k = 0; k < squares.Length; k++)
                squares[k] += (read[k] - targets[row][k]) * (read[k] - targets[row][k]);
        }

        return [.. squares.Select(s => Math.Sqrt(s / features.Count))];
    }
}
