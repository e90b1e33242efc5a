using Robotics.StateEstimation;

namespace Robotics.Tests.Unit.StateEstimation;

/// <summary>The exact answer by one large Gaussian: all states stacked, conditioned on all readings at once. One sensor, period 1.</summary>
internal sealed class JointGaussian
{
    private readonly int _n;
    private readonly DenseMatrix _posterior;

    public JointGaussian(LinearGaussianModel model, IReadOnlyList<LinearStep> sequence)
    {
        _n = model.Motion.StateDimension;
        var (means, covariance) = Prior(model, sequence);
        var seen = Enumerable.Range(0, sequence.Count).Where(t => sequence[t].Readings[0] is not null).ToArray();
        var p = model.Sensors[0].Observation.Rows;
        var h = new DenseMatrix(seen.Length * p, means.Length);
        var noise = new DenseMatrix(h.Rows, h.Rows);
        var residual = new double[h.Rows];
        for (var s = 0; s < seen.Length; s++)
        {
            for (var i = 0; i < p; i++)
            {
                for (var j = 0; j < _n; j++)
                    h[(s * p) + i, (seen[s] * _n) + j] = model.Sensors[0].Observation[i, j];
                for (var j = 0; j < p; j++)
                    noise[(s * p) + i, (s * p) + j] = model.Sensors[0].Noise[i, j];
                residual[(s * p) + i] = sequence[seen[s]].Readings[0]![i];
            }
        }

        residual = [.. residual.Zip(h * means, (y, m) => y - m)];
        var innovation = Cholesky.Of((h * covariance * h.Transposed()) + noise);
        var solved = residual.ToArray();
        innovation.Solve(solved);
        LogLikelihood = -0.5 * (residual.Zip(solved, (a, b) => a * b).Sum() + innovation.LogDeterminant + (residual.Length * Math.Log(2 * Math.PI)));
        var cross = covariance * h.Transposed();
        Mean = [.. (cross * solved).Zip(means, (a, b) => a + b).Chunk(_n)];
        _posterior = covariance - (cross * innovation.Solve(cross.Transposed()));
    }

    public double LogLikelihood { get; }

    public double[][] Mean { get; }

    public DenseMatrix Covariance(int t, int u)
    {
        var block = new DenseMatrix(_n, _n);
        for (var i = 0; i < _n; i++)
        {
            for (var j = 0; j < _n; j++)
                block[i, j] = _posterior[(t * _n) + i, (u * _n) + j];
        }

        return block;
    }

    private (double[] Means, DenseMatrix Covariance) Prior(LinearGaussianModel model, IReadOnlyList<LinearStep> sequence)
    {
        var (f, b, q) = (new DenseMatrix(_n, _n), new DenseMatrix(_n, model.Motion.ControlDimension), new DenseMatrix(_n, _n));
        model.Motion.Fill(1, f, b, q);
        var (means, covariance) = (new double[sequence.Count * _n], new DenseMatrix(sequence.Count * _n, sequence.Count * _n));
        var (mean, marginal) = (model.InitialMean, model.InitialCovariance);
        for (var t = 0; t < sequence.Count; t++)
        {
            if (t > 0)
                (mean, marginal) = ([.. (f * mean).Zip(b * sequence[t].Control!, (x, y) => x + y)], (f * marginal * f.Transposed()) + q);
            mean.CopyTo(means, t * _n);
            var block = marginal;
            for (var u = t; u < sequence.Count; u++, block = f * block)
            {
                for (var i = 0; i < _n; i++)
                {
                    for (var j = 0; j < _n; j++)
                        covariance[(u * _n) + i, (t * _n) + j] = covariance[(t * _n) + j, (u * _n) + i] = block[i, j];
                }
            }
        }

        return (means, covariance);
    }
}
