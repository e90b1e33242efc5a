using Robotics.Core.Beliefs;

namespace Robotics.StateEstimation.Kalman;

/// <summary>
/// Kalman's filter in the place of a state estimator: one modality for each sensor. The belief's carry holds the mean and the full
/// covariance in doubles, and last the log-likelihood of everything taken in. A reading that is not finite is as good as none. Used
/// by one thread; does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class KalmanEstimator : IStateEstimator
{
    private readonly LinearGaussianModel _model;
    private readonly KalmanStep _step;
    private readonly GaussianState _state;
    private readonly double[] _control;
    private readonly double[][] _readings;
    private readonly int _n;

    /// <summary>Creates the filter. Controls are actions in [−1, 1], as B takes them.</summary>
    public KalmanEstimator(LinearGaussianModel model)
    {
        (_model, _step, _n) = (model, new KalmanStep(model), model.Motion.StateDimension);
        _state = new GaussianState(_n);
        _control = new double[model.Motion.ControlDimension];
        _readings = [.. model.Sensors.Select(s => new double[s.Observation.Rows])];
        Modalities = [.. model.Sensors.Select(s => new ModalitySpec(s.Name, s.Observation.Rows))];
    }

    /// <inheritdoc/>
    public int BeliefDimension => _n;

    /// <inheritdoc/>
    public IReadOnlyList<ModalitySpec> Modalities { get; }

    /// <inheritdoc/>
    public Belief CreateBelief() => new(_n, _n + (_n * _n) + 1);

    /// <summary>ln p of everything a belief has taken in, in nats.</summary>
    public static double LogLikelihood(Belief belief) => belief.Carry[^1];

    /// <inheritdoc/>
    public void Reset(Belief into)
    {
        _model.InitialMean.CopyTo(_state.Mean, 0);
        _model.InitialCovariance.Data.CopyTo(_state.Covariance.Data, 0);
        Store(into, 0);
    }

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into)
    {
        Load(belief);
        for (var i = 0; i < _control.Length; i++)
            _control[i] = action[i];
        _step.Predict(periodSeconds, _control, _state);
        Store(into, belief.Carry[^1]);
        into.At = belief.At + TimeSpan.FromSeconds(periodSeconds);
    }

    /// <inheritdoc/>
    public void Correct(Belief belief, ObservationFrame observation, Belief into)
    {
        Load(belief);
        var logLikelihood = belief.Carry[^1];
        for (var s = 0; s < _readings.Length; s++)
        {
            if (!observation[s].IsNew)
                continue;
            for (var i = 0; i < _readings[s].Length; i++)
                _readings[s][i] = observation[s].Values[i];
            logLikelihood += _step.Correct(s, _readings[s], observation[s].AgeSeconds, _state);
        }

        Store(into, logLikelihood);
        into.At = belief.At;
    }

    private void Load(Belief belief)
    {
        belief.Carry.AsSpan(0, _n).CopyTo(_state.Mean);
        belief.Carry.AsSpan(_n, _n * _n).CopyTo(_state.Covariance.Data);
    }

    private void Store(Belief into, double logLikelihood)
    {
        _state.Mean.CopyTo(into.Carry, 0);
        _state.Covariance.Data.CopyTo(into.Carry, _n);
        into.Carry[^1] = logLikelihood;
        for (var i = 0; i < _n; i++)
        {
            into.Mean[i] = (float)_state.Mean[i];
            into.StandardDeviation[i] = (float)Math.Sqrt(Math.Max(_state.Covariance[i, i], 0));
        }
    }
}
