using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>
/// The true joint states of the last physics steps, and what the robot's sensors make of them: late, rounded, noisy, sometimes
/// lost. A reading's noise depends on its step alone, so it is the same however often and whenever it is read.
/// One thread; does not allocate after construction.
/// </summary>
internal sealed class SensorHistory
{
    private const int LossesInARow = 256;
    private readonly MujocoJoint[] _joints;
    private readonly SimulationOptions _options;
    private readonly long _stepNanoseconds;
    private readonly long _delayNanoseconds;
    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly double[] _efforts;
    private readonly int _capacity;
    private readonly bool _isExact;
    private RandomKey _key;
    private long _first;
    private long _last;
    private long _lastRead = -1;

    public SensorHistory(MujocoJoint[] joints, SimulationOptions options, long stepNanoseconds)
    {
        _joints = joints;
        _options = options;
        _stepNanoseconds = stepNanoseconds;
        _delayNanoseconds = options.SensorDelay.Ticks * 100;
        _capacity = (int)(_delayNanoseconds / stepNanoseconds) + 2 + (options.SensorDropout > 0 ? LossesInARow : 0);
        _isExact = options.PositionNoise == 0 && options.VelocityNoise == 0 && options.SensorDropout == 0;
        _positions = new double[_capacity * joints.Length];
        _velocities = new double[_capacity * joints.Length];
        _efforts = new double[_capacity * joints.Length];
    }

    /// <summary>Forgets everything; the state of this step counts as having stood before it.</summary>
    public void Restart(long step, MujocoData data, RandomKey key)
    {
        _key = key;
        _first = step;
        _lastRead = -1;
        Record(step, data);
    }

    /// <summary>Keeps the state after a step.</summary>
    public void Record(long step, MujocoData data)
    {
        _last = step;
        var row = (int)(step % _capacity) * _joints.Length;
        var q = data.Coordinates;
        var v = data.Velocities;
        var f = data.ActuatorEfforts;
        for (var i = 0; i < _joints.Length; i++)
        {
            _positions[row + i] = q[_joints[i].PositionAddress];
            _velocities[row + i] = v[_joints[i].VelocityAddress];
            _efforts[row + i] = f[_joints[i].VelocityAddress];
        }
    }

    /// <summary>The newest reading that has arrived by now; stale when it was read before.</summary>
    public LinkStatus Read(MonotonicTime now, RobotState into)
    {
        var newest = Math.Clamp((now.Nanoseconds - _delayNanoseconds) / _stepNanoseconds, _first, _last);
        var oldest = Math.Max(_first, _last - _capacity + 1);
        var random = default(RandomStream);
        var step = newest;
        while (step > oldest && IsLost(step, out random))
            step--;
        if (step == oldest)
            _ = IsLost(step, out random);
        Fill(step, ref random, into);
        into.CapturedAt = new MonotonicTime(step * _stepNanoseconds);
        into.ReceivedAt = new MonotonicTime(Math.Min(now.Nanoseconds, (step * _stepNanoseconds) + _delayNanoseconds));
        into.Sequence = step;
        var status = step == _lastRead ? LinkStatus.Stale : LinkStatus.Ok;
        _lastRead = step;
        return status;
    }

    private bool IsLost(long step, out RandomStream random)
    {
        random = default;
        if (_isExact)
            return false;

        // Counted from the episode's start, so that an episode is the same whatever was simulated before it.
        random = _key.Derive((ulong)(step - _first)).OpenStream();
        return _options.SensorDropout > 0 && random.NextDouble() < _options.SensorDropout;
    }

    private void Fill(long step, ref RandomStream random, RobotState into)
    {
        var row = (int)(step % _capacity) * _joints.Length;
        for (var i = 0; i < _joints.Length; i++)
        {
            into.Positions[i] = Measure(_positions[row + i], _options.PositionNoise, _options.PositionResolution, ref random);
            into.Velocities[i] = Measure(_velocities[row + i], _options.VelocityNoise, _options.VelocityResolution, ref random);
            into.Efforts[i] = _efforts[row + i];
        }
    }

    private static double Measure(double truth, double noise, double resolution, ref RandomStream random)
    {
        var value = noise > 0 ? truth + (noise * random.NextGaussian()) : truth;
        return resolution > 0 ? Math.Round(value / resolution) * resolution : value;
    }
}
