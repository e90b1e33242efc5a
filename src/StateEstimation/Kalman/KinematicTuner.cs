namespace Robotics.StateEstimation;

/// <summary>
/// Tunes a kinematic filter by maximum likelihood: the spectral density of the motion's noise and the sensor's variance for which
/// the recorded positions are most likely, found by the simplex method over their logarithms. Offline.
/// </summary>
/// <param name="axes">Number of axes.</param>
/// <param name="order">What is constant but for the noise.</param>
/// <param name="initialSpread">[order], as for <see cref="KinematicMotion.Model"/>.</param>
public sealed class KinematicTuner(int axes, KinematicOrder order, double[] initialSpread)
{
    /// <summary>Finds the parameters.</summary>
    /// <param name="tracks">Recorded positions, each track one sensor with [axes] numbers; null readings are allowed.</param>
    /// <param name="start">Where to look first; a few orders of magnitude away is near enough.</param>
    public KinematicParameters Fit(IReadOnlyList<IReadOnlyList<LinearStep>> tracks, KinematicParameters start)
    {
        var best = SimplexMinimizer.Minimize(
            x => -LogLikelihood(tracks, At(x)),
            [Math.Log(start.SpectralDensity), Math.Log(start.SensorVariance)],
            step: 1.5);
        return At(best);
    }

    /// <summary>ln p of all positions, in nats.</summary>
    public double LogLikelihood(IReadOnlyList<IReadOnlyList<LinearStep>> tracks, KinematicParameters parameters)
    {
        var filter = new KalmanFilter(KinematicMotion.Model(axes, order, parameters, initialSpread));
        return tracks.Sum(filter.LogLikelihood);
    }

    private static KinematicParameters At(double[] logarithms) => new(Math.Exp(logarithms[0]), Math.Exp(logarithms[1]));
}
