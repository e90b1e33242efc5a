using Robotics.Core.Numerics;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Structure;

/// <summary>
/// A Gaussian chain over one sequence: x_t ~ N(A_t x_{t−1} + b_t, L_t L_tᵀ), with A_0 without meaning. Its evidence lower bound on a
/// linear-Gaussian model is computed exactly, from first and second moments, without samples. Immutable; offline.
/// </summary>
/// <param name="Offsets">b, [T][n].</param>
/// <param name="Gains">A, [T] of [n × n].</param>
/// <param name="Factors">L, [T] of [n × n], lower triangular with a positive diagonal.</param>
public sealed record GaussianChain(IReadOnlyList<double[]> Offsets, IReadOnlyList<DenseMatrix> Gains, IReadOnlyList<DenseMatrix> Factors)
{
    private static readonly double Log2Pi = Math.Log(2 * Math.PI);

    /// <summary>Marginal means, [T][n].</summary>
    public double[][] Means()
    {
        var means = new double[Offsets.Count][];
        for (var t = 0; t < means.Length; t++)
            means[t] = t == 0 ? Offsets[0] : [.. (Gains[t] * means[t - 1]).Zip(Offsets[t], (a, b) => a + b)];
        return means;
    }

    /// <summary>E_q[ln p(x, y) − ln q(x)] in nats, for a model with one sensor that reads at every step and no control.</summary>
    /// <param name="model">The model; steps have length 1.</param>
    /// <param name="readings">y, [T][p].</param>
    public double Elbo(LinearGaussianModel model, IReadOnlyList<double[]> readings)
    {
        var n = model.Motion.StateDimension;
        var (f, control, q) = (new DenseMatrix(n, n), new DenseMatrix(n, model.Motion.ControlDimension), new DenseMatrix(n, n));
        model.Motion.Fill(1, f, control, q);
        var (h, r) = (model.Sensors[0].Observation, model.Sensors[0].Noise);
        var (initial, process, sensor) = (Cholesky.From(model.InitialCovariance), Cholesky.From(q), Cholesky.From(r));
        var means = Means();
        var (sum, before) = (0.0, new DenseMatrix(n, n));
        for (var t = 0; t < means.Length; t++)
        {
            var noise = Factors[t] * Factors[t].Transposed();
            var covariance = t == 0 ? noise : (Gains[t] * before * Gains[t].Transposed()) + noise;
            if (t == 0)
            {
                sum += Expected(initial, Difference(means[0], model.InitialMean), covariance);
            }
            else
            {
                var cross = f * (Gains[t] * before).Transposed();
                var residual = covariance - cross - cross.Transposed() + (f * before * f.Transposed());
                sum += Expected(process, Difference(means[t], f * means[t - 1]), residual);
            }

            sum += Expected(sensor, Difference(readings[t], h * means[t]), h * covariance * h.Transposed());
            sum += 0.5 * n * (1 + Log2Pi);
            for (var i = 0; i < n; i++)
                sum += Math.Log(Factors[t][i, i]);
            before = covariance;
        }

        return sum;
    }

    /// <summary>E[ln N(z; 0, S)] where z has the given mean and covariance.</summary>
    private static double Expected(Cholesky s, double[] mean, DenseMatrix covariance)
    {
        double[] solved = [.. mean];
        s.Solve(solved);
        var trace = s.Solve(covariance);
        var sum = s.LogDeterminant + (mean.Length * Log2Pi);
        for (var i = 0; i < mean.Length; i++)
            sum += (mean[i] * solved[i]) + trace[i, i];
        return -0.5 * sum;
    }

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];
}
