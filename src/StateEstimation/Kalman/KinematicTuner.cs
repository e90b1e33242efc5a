using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Robotics.StateEstimation.Kalman;

/// <summary>
/// Tunes a kinematic filter by maximum likelihood: the spectral density of the motion's noise and the sensor's variance for which
/// the recorded positions are most likely, found over their logarithms by the simplex method of Nelder and Mead (1965). Offline.
/// </summary>
/// <param name="axes">Number of axes.</param>
/// <param name="order">Derivative that is constant but for the noise.</param>
/// <param name="initialSpread">[order], as for <see cref="KinematicMotion.Model"/>.</param>
public sealed class KinematicTuner(int axes, KinematicOrder order, double[] initialSpread)
{
    // Of the log-likelihood, where the simplex has become flat.
    private const double RelativeTolerance = 1e-10;
    private const int MaximumEvaluations = 400;

    // Of the logarithms: the first simplex spans a factor of 4.5.
    private const double InitialStep = 1.5;

    /// <summary>Finds the parameters.</summary>
    /// <param name="tracks">Recorded positions, each track one sensor with [axes] numbers; null readings are allowed.</param>
    /// <param name="start">Start of the search; a few orders of magnitude away is near enough.</param>
    public KinematicParameters Fit(IReadOnlyList<IReadOnlyList<LinearStep>> tracks, KinematicParameters start)
    {
        var (best, least) = (start, double.PositiveInfinity);
        try
        {
            new NelderMeadSimplex(RelativeTolerance, MaximumEvaluations).FindMinimum(
                ObjectiveFunction.Value(Cost),
                Vector<double>.Build.DenseOfArray([Math.Log(start.SpectralDensity), Math.Log(start.SensorVariance)]),
                Vector<double>.Build.Dense(2, InitialStep));
        }
        catch (MaximumIterationsException)
        {
            // The best parameters so far are good enough for a filter, converged or not.
        }

        return best;

        double Cost(Vector<double> logarithms)
        {
            var parameters = new KinematicParameters(Math.Exp(logarithms[0]), Math.Exp(logarithms[1]));
            var cost = -LogLikelihood(tracks, parameters);
            if (cost < least)
                (best, least) = (parameters, cost);
            return double.IsNaN(cost) ? double.PositiveInfinity : cost;
        }
    }

    /// <summary>ln p of all positions, in nats.</summary>
    public double LogLikelihood(IReadOnlyList<IReadOnlyList<LinearStep>> tracks, KinematicParameters parameters)
    {
        var filter = new KalmanFilter(KinematicMotion.Model(axes, order, parameters, initialSpread));
        return tracks.Sum(filter.LogLikelihood);
    }
}
