using MathNet.Numerics.LinearAlgebra;
using Robotics.Core.Numerics;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Tests.Unit.StateEstimation;

/// <summary>
/// The exact answer by one large Gaussian: all states stacked, conditioned on all readings at once. One sensor, period 1. Its linear
/// algebra is another library's, so that it shares no code with the filters it is compared with.
/// </summary>
internal sealed class JointGaussian
{
    private readonly int _n;
    private readonly Matrix<double> _posterior;

    public JointGaussian(LinearGaussianModel model, IReadOnlyList<LinearStep> sequence)
    {
        _n = model.Motion.StateDimension;
        var (means, covariance) = Prior(model, sequence);
        var seen = Enumerable.Range(0, sequence.Count).Where(t => sequence[t].Readings[0] is not null).ToArray();
        var (observation, sensorNoise) = (From(model.Sensors[0].Observation), From(model.Sensors[0].Noise));
        var p = observation.RowCount;
        var h = Matrix<double>.Build.Dense(seen.Length * p, means.Count);
        var noise = Matrix<double>.Build.Dense(h.RowCount, h.RowCount);
        for (var s = 0; s < seen.Length; s++)
        {
            h.SetSubMatrix(s * p, seen[s] * _n, observation);
            noise.SetSubMatrix(s * p, s * p, sensorNoise);
        }

        var residual = Vector<double>.Build.DenseOfEnumerable(seen.SelectMany(t => sequence[t].Readings[0]!)) - (h * means);
        var innovation = ((h * covariance * h.Transpose()) + noise).Cholesky();
        var solved = innovation.Solve(residual);
        LogLikelihood = -0.5 * ((residual * solved) + innovation.DeterminantLn + (residual.Count * Math.Log(2 * Math.PI)));
        var cross = covariance * h.Transpose();
        Mean = [.. (means + (cross * solved)).ToArray().Chunk(_n)];
        _posterior = covariance - (cross * innovation.Solve(cross.Transpose()));
    }

    public double LogLikelihood { get; }

    public double[][] Mean { get; }

    /// <summary>The covariance of the states at two steps, row-major.</summary>
    public double[] Covariance(int t, int u) => _posterior.SubMatrix(t * _n, _n, u * _n, _n).ToRowMajorArray();

    private (Vector<double> Means, Matrix<double> Covariance) Prior(LinearGaussianModel model, IReadOnlyList<LinearStep> sequence)
    {
        var (transition, control, process) = (
            new DenseMatrix(_n, _n), new DenseMatrix(_n, model.Motion.ControlDimension), new DenseMatrix(_n, _n));
        model.Motion.Fill(1, transition, control, process);
        var (f, b, q) = (From(transition), From(control), From(process));
        var means = Vector<double>.Build.Dense(sequence.Count * _n);
        var covariance = Matrix<double>.Build.Dense(means.Count, means.Count);
        var (mean, marginal) = (Vector<double>.Build.DenseOfArray(model.InitialMean), From(model.InitialCovariance));
        for (var t = 0; t < sequence.Count; t++)
        {
            if (t > 0)
            {
                mean = (f * mean) + (b * Vector<double>.Build.DenseOfArray(sequence[t].Control!));
                marginal = (f * marginal * f.Transpose()) + q;
            }

            means.SetSubVector(t * _n, _n, mean);
            var block = marginal;
            for (var u = t; u < sequence.Count; u++, block = f * block)
            {
                covariance.SetSubMatrix(u * _n, t * _n, block);
                covariance.SetSubMatrix(t * _n, u * _n, block.Transpose());
            }
        }

        return (means, covariance);
    }

    private static Matrix<double> From(DenseMatrix matrix) =>
        Matrix<double>.Build.DenseOfRowMajor(matrix.Rows, matrix.Columns, matrix.Data);
}
