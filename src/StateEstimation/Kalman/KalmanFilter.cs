using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>One step of a recorded sequence. Immutable.</summary>
/// <param name="PeriodSeconds">Time since the step before; not used in the first step.</param>
/// <param name="Control">[m], what acted since the step before; null for none.</param>
/// <param name="Readings">One for each sensor, [p]; null where it brought nothing.</param>
public sealed record LinearStep(double PeriodSeconds, double[]? Control, IReadOnlyList<double[]?> Readings);

/// <summary>Result of filtering a sequence. Immutable.</summary>
/// <param name="Predicted">Beliefs before each step's readings.</param>
/// <param name="Filtered">Beliefs after them.</param>
/// <param name="Transitions">F into each step; the first is not used.</param>
/// <param name="LogLikelihood">ln p of all readings, in nats.</param>
public sealed record KalmanTrace(
    IReadOnlyList<GaussianState> Predicted, IReadOnlyList<GaussianState> Filtered, IReadOnlyList<DenseMatrix> Transitions,
    double LogLikelihood);

/// <summary>
/// Kalman's filter over a recorded sequence. Allocates; not thread-safe. On the tick path use <see cref="KalmanEstimator"/>.
/// </summary>
/// <param name="model">The model.</param>
public sealed class KalmanFilter(LinearGaussianModel model)
{
    private readonly KalmanStep _step = new(model);

    /// <summary>Filters a sequence.</summary>
    public KalmanTrace Run(IReadOnlyList<LinearStep> sequence)
    {
        var state = new GaussianState([.. model.InitialMean], model.InitialCovariance.Clone());
        var (predicted, filtered, transitions) = (new List<GaussianState>(), new List<GaussianState>(), new List<DenseMatrix>());
        var logLikelihood = 0.0;
        for (var t = 0; t < sequence.Count; t++)
        {
            if (t > 0)
                _step.Predict(sequence[t].PeriodSeconds, sequence[t].Control, state);
            predicted.Add(state.Copy());
            transitions.Add(_step.Transition.Clone());
            logLikelihood += Correct(sequence[t], state);
            filtered.Add(state.Copy());
        }

        return new KalmanTrace(predicted, filtered, transitions, logLikelihood);
    }

    /// <summary>ln p of all readings, in nats, without keeping the beliefs.</summary>
    public double LogLikelihood(IReadOnlyList<LinearStep> sequence)
    {
        var state = new GaussianState([.. model.InitialMean], model.InitialCovariance.Clone());
        var sum = 0.0;
        for (var t = 0; t < sequence.Count; t++)
        {
            if (t > 0)
                _step.Predict(sequence[t].PeriodSeconds, sequence[t].Control, state);
            sum += Correct(sequence[t], state);
        }

        return sum;
    }

    private double Correct(LinearStep step, GaussianState state)
    {
        var sum = 0.0;
        for (var s = 0; s < step.Readings.Count; s++)
        {
            if (step.Readings[s] is { } reading)
                sum += _step.Correct(s, reading, 0, state);
        }

        return sum;
    }
}
