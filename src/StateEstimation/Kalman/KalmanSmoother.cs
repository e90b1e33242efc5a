using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>Result of smoothing a sequence. Immutable.</summary>
/// <param name="States">p(x_t | all readings).</param>
/// <param name="Gains">G_t, [n × n]: cov(x_t, x_{t+1} | all readings) = G_t · P_{t+1}; one fewer than states.</param>
public sealed record SmoothedTrace(IReadOnlyList<GaussianState> States, IReadOnlyList<DenseMatrix> Gains);

/// <summary>The smoother of Rauch, Tung and Striebel (1965): beliefs given the whole sequence, with full covariances. Offline.</summary>
public static class KalmanSmoother
{
    /// <summary>Smooths what a filter made.</summary>
    public static SmoothedTrace Run(KalmanTrace trace)
    {
        var last = trace.Filtered.Count - 1;
        var states = new GaussianState[last + 1];
        var gains = new DenseMatrix[last];
        states[last] = trace.Filtered[last].Copy();
        for (var t = last - 1; t >= 0; t--)
        {
            gains[t] = Gain(trace, t);
            states[t] = Smooth(trace.Filtered[t], trace.Predicted[t + 1], states[t + 1], gains[t]);
        }

        return new SmoothedTrace(states, gains);
    }

    /// <summary>G_t = P_{t|t} Fᵀ P_{t+1|t}⁻¹.</summary>
    private static DenseMatrix Gain(KalmanTrace trace, int t)
    {
        var forward = trace.Transitions[t + 1] * trace.Filtered[t].Covariance;
        return Cholesky.From(trace.Predicted[t + 1].Covariance).Solve(forward).Transposed();
    }

    private static GaussianState Smooth(GaussianState filtered, GaussianState predicted, GaussianState next, DenseMatrix gain)
    {
        var mean = new double[filtered.Mean.Length];
        for (var i = 0; i < mean.Length; i++)
            mean[i] = next.Mean[i] - predicted.Mean[i];
        mean = gain * mean;
        for (var i = 0; i < mean.Length; i++)
            mean[i] += filtered.Mean[i];
        var covariance = filtered.Covariance + (gain * (next.Covariance - predicted.Covariance) * gain.Transposed());
        covariance.Symmetrize();
        return new GaussianState(mean, covariance);
    }
}
