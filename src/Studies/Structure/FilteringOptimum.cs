using Robotics.Core.Numerics;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Structure;

/// <summary>
/// The best that a filtering family q(x_t | x_{t−1}, y_{1:t}) can do on a linear-Gaussian system, in closed form. The bound is a sum
/// over steps in which x_t, drawn from q, is a decision that the steps to come pay for; what they will pay is a quadratic in the
/// distance of x_t to the filter's mean m_t, because what will be read is predicted from m_t. Dynamic programming gives, from the last
/// step back,
///   P_t = Q⁻¹ + Hᵀ R⁻¹ H + Λ_t,  Λ_{t−1} = Fᵀ (Q⁻¹ − Q⁻¹ P_t⁻¹ Q⁻¹) F,  Λ_T = 0,
///   q*(x_t | x_{t−1}, y_{1:t}) = N(P_t⁻¹ (Q⁻¹ F x_{t−1} + Hᵀ R⁻¹ y_t + Λ_t m_t), P_t⁻¹).
/// With Λ = 0 this is the greedy filter p(x_t | x_{t−1}, y_t). The bound of q* stays below the log-likelihood. Offline.
/// </summary>
public sealed class FilteringOptimum
{
    private readonly LinearGaussianModel _model;
    private readonly DenseMatrix[] _gains;
    private readonly DenseMatrix[] _factors;
    private readonly DenseMatrix[] _fromReading;
    private readonly DenseMatrix[] _fromMean;
    private readonly double[] _fromPrior;

    /// <summary>Solves the recursion.</summary>
    /// <param name="model">One sensor, which reads at every step; steps have length 1.</param>
    /// <param name="steps">T.</param>
    public FilteringOptimum(LinearGaussianModel model, int steps)
    {
        var n = model.Motion.StateDimension;
        var (f, control, q) = (new DenseMatrix(n, n), new DenseMatrix(n, model.Motion.ControlDimension), new DenseMatrix(n, n));
        model.Motion.Fill(1, f, control, q);
        var (h, r) = (model.Sensors[0].Observation, Cholesky.From(model.Sensors[0].Noise));
        var read = h.Transposed() * r.Inverse();
        (_model, _gains, _factors) = (model, new DenseMatrix[steps], new DenseMatrix[steps]);
        (_fromReading, _fromMean, _fromPrior) = (new DenseMatrix[steps], new DenseMatrix[steps], new double[n]);
        var future = new DenseMatrix(n, n);
        for (var t = steps - 1; t >= 0; t--)
        {
            var prior = Cholesky.From(t == 0 ? model.InitialCovariance : q).Inverse();
            var covariance = Cholesky.From(prior + (read * h) + future).Inverse();
            _gains[t] = covariance * prior * f;
            _factors[t] = Lower(covariance);
            _fromReading[t] = covariance * read;
            _fromMean[t] = covariance * future;
            if (t == 0)
                _fromPrior = covariance * prior * model.InitialMean;
            future = f.Transposed() * (prior - (prior * covariance * prior)) * f;
            future.Symmetrize();
        }
    }

    /// <summary>q* for one sequence.</summary>
    public GaussianChain Chain(IReadOnlyList<LinearStep> sequence)
    {
        var filtered = new KalmanFilter(_model).Run(sequence).Filtered;
        var offsets = sequence.Select((step, t) => Sum(_fromReading[t] * step.Readings[0]!, _fromMean[t] * filtered[t].Mean)).ToArray();
        offsets[0] = Sum(offsets[0], _fromPrior);
        return new GaussianChain(offsets, _gains, _factors);
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static DenseMatrix Lower(DenseMatrix covariance)
    {
        var factor = Cholesky.From(covariance).Factor;
        for (var i = 0; i < factor.Rows; i++)
        {
            for (var j = i + 1; j < factor.Columns; j++)
                factor[i, j] = 0;
        }

        return factor;
    }
}
