using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Core.Beliefs;
using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>
/// The Kalman filter of a task whose state is that of its joints: the belief is the task's observation, in which positions and
/// velocities are estimated by <see cref="KalmanStep"/> over <see cref="KinematicMotion"/>, one axis for each joint, and goals are as
/// commanded. A reading corrects the state of the moment at which it was captured, from which the belief is predicted to the tick: so
/// the acceleration since then counts as unknown, however old the reading is. Prediction follows the kinematic model, whatever the
/// action. Used by one thread at a time; does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class JointKalmanEstimator : IStateEstimator
{
    /// <summary>Name of the last modality: the elements of the observation that are no joint's, where there are any.</summary>
    public const string Commanded = "commanded";

    private readonly LinearGaussianModel _model;
    private readonly KalmanStep _step;
    private readonly GaussianState _state;
    private readonly GaussianState _now;
    private readonly double[][] _readings;
    private readonly bool[] _isTaken;
    private readonly int[] _place;
    private readonly int[] _commanded;
    private readonly int _n;

    // Time from the moment of the state, at which the newest reading was captured, to that of the belief.
    private double _elapsedSeconds;

    /// <summary>Creates the filter.</summary>
    /// <param name="task">The task; each joint whose velocity is observed must have its position in a stream.</param>
    /// <param name="streams">[stream], its name and the indices of its elements in the task's observation.</param>
    /// <param name="options">Noise of motion and readings.</param>
    public JointKalmanEstimator(TaskDefinition task, IReadOnlyList<(string Name, int[] Elements)> streams, KalmanOptions options)
    {
        var elements = JointElement.FromTask(task);
        string[] joints = [.. elements.Select(e => e.Joint).OfType<string>().Distinct()];
        _place = [.. elements.Select(e => e.Joint is { } joint ? (2 * Array.IndexOf(joints, joint)) + (e.IsVelocity ? 1 : 0) : -1)];
        _commanded = [.. Enumerable.Range(0, elements.Length).Where(i => elements[i].Joint is null)];
        _model = Model(joints.Length, streams, options);
        (_step, _n) = (new KalmanStep(_model), _model.Motion.StateDimension);
        (_state, _now) = (new GaussianState(_n), new GaussianState(_n));
        _readings = [.. _model.Sensors.Select(s => new double[s.Observation.Rows])];
        _isTaken = new bool[_readings.Length];
        ModalitySpec[] read = [.. _model.Sensors.Select(s => new ModalitySpec(s.Name, s.Observation.Rows))];
        Modalities = _commanded.Length == 0 ? read : [.. read, new ModalitySpec(Commanded, _commanded.Length)];
    }

    /// <inheritdoc/>
    public int BeliefDimension => _place.Length;

    /// <inheritdoc/>
    public IReadOnlyList<ModalitySpec> Modalities { get; }

    /// <summary>Indices in the task's observation of the elements of the modality <see cref="Commanded"/>.</summary>
    public IReadOnlyList<int> CommandedElements => _commanded;

    /// <inheritdoc/>
    public Belief CreateBelief() => new(BeliefDimension, _n + (_n * _n) + 1);

    /// <inheritdoc/>
    public void Reset(Belief into)
    {
        _model.InitialMean.CopyTo(_state.Mean, 0);
        _model.InitialCovariance.Data.CopyTo(_state.Covariance.Data, 0);
        _elapsedSeconds = 0;
        into.Mean.AsSpan().Clear();
        Store(into);
    }

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into)
    {
        Load(belief);
        _elapsedSeconds += periodSeconds;
        if (into != belief)
            belief.Mean.CopyTo(into.Mean, 0);
        Store(into);
        into.At = belief.At + TimeSpan.FromSeconds(periodSeconds);
    }

    /// <inheritdoc/>
    public void Correct(Belief belief, ObservationFrame observation, Belief into)
    {
        Load(belief);
        _isTaken.AsSpan().Clear();
        while (OldestReading(observation) is >= 0 and var sensor)
        {
            _isTaken[sensor] = true;
            CorrectBy(sensor, observation[sensor]);
        }

        if (into != belief)
            belief.Mean.CopyTo(into.Mean, 0);
        Store(into);
        into.At = belief.At;
        if (_commanded.Length == 0 || !observation[Modalities.Count - 1].IsNew)
            return;
        for (var i = 0; i < _commanded.Length; i++)
            into.Mean[_commanded[i]] = observation[Modalities.Count - 1].Values[i];
    }

    /// <summary>The sensor whose new reading is the oldest of those not taken yet; −1 for none.</summary>
    private int OldestReading(ObservationFrame observation)
    {
        var oldest = -1;
        for (var s = 0; s < _readings.Length; s++)
        {
            if (!_isTaken[s] && observation[s].IsNew && (oldest < 0 || observation[s].AgeSeconds > observation[oldest].AgeSeconds))
                oldest = s;
        }

        return oldest;
    }

    /// <summary>Moves the state on to the moment of the reading; the first state of all is of the moment of the first reading.</summary>
    private void CorrectBy(int sensor, ModalityReading reading)
    {
        var since = _elapsedSeconds - reading.AgeSeconds;
        if (since > 0)
            _step.Predict(since, [], _state);
        _elapsedSeconds = reading.AgeSeconds;
        for (var i = 0; i < reading.Values.Length; i++)
            _readings[sensor][i] = reading.Values[i];
        _step.Correct(sensor, _readings[sensor], 0, _state);
    }

    private LinearGaussianModel Model(int joints, IReadOnlyList<(string Name, int[] Elements)> streams, KalmanOptions options)
    {
        var motion = new KinematicMotion(joints, KinematicOrder.ConstantVelocity, options.AccelerationDensity);
        double[] variances =
            [options.InitialPositionSd * options.InitialPositionSd, options.InitialVelocitySd * options.InitialVelocitySd];
        return new LinearGaussianModel
        {
            Motion = motion,
            Sensors = [.. streams.Select(s => Sensor(s.Name, [.. s.Elements.Select(e => _place[e])], motion.StateDimension, options))],
            InitialMean = new double[motion.StateDimension],
            InitialCovariance = DenseMatrix.Diagonal([.. Enumerable.Range(0, motion.StateDimension).Select(i => variances[i % 2])]),
        };
    }

    private static LinearSensor Sensor(string name, int[] places, int stateDimension, KalmanOptions options)
    {
        var observation = new DenseMatrix(places.Length, stateDimension);
        var variances = new double[places.Length];
        for (var row = 0; row < places.Length; row++)
        {
            observation[row, places[row]] = 1;
            var sd = places[row] % 2 == 1 ? options.VelocityNoiseSd : options.PositionNoiseSd;
            variances[row] = sd * sd;
        }

        return new LinearSensor(name, observation, DenseMatrix.Diagonal(variances));
    }

    private void Load(Belief belief)
    {
        belief.Carry.AsSpan(0, _n).CopyTo(_state.Mean);
        belief.Carry.AsSpan(_n, _n * _n).CopyTo(_state.Covariance.Data);
        _elapsedSeconds = belief.Carry[^1];
    }

    private void Store(Belief into)
    {
        _state.Mean.CopyTo(into.Carry, 0);
        _state.Covariance.Data.CopyTo(into.Carry, _n);
        into.Carry[^1] = _elapsedSeconds;
        _state.Mean.CopyTo(_now.Mean, 0);
        _state.Covariance.Data.CopyTo(_now.Covariance.Data, 0);
        _step.Predict(_elapsedSeconds, [], _now);
        for (var i = 0; i < _place.Length; i++)
        {
            var place = _place[i];
            into.StandardDeviation[i] = place < 0 ? 0 : (float)Math.Sqrt(Math.Max(_now.Covariance[place, place], 0));
            if (place >= 0)
                into.Mean[i] = (float)_now.Mean[place];
        }
    }
}
