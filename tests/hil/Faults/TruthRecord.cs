using Robotics.Configuration.Robots;
using Robotics.Core.Time;
using Robotics.Testing.Emulation;

namespace Robotics.Hil.Faults;

/// <summary>
/// What the physics saw while faults were injected: the largest excursion beyond the limits, and the time at which the robot last moved.
/// Written by whichever thread advances the physics; thread-safe.
/// </summary>
internal sealed class TruthRecord
{
    private const double RestSpeed = 0.05;
    private readonly RobotDefinition _definition;
    private readonly Lock _lock = new();
    private double _excursion;
    private double _speedRatio;
    private int _joint = -1;
    private MonotonicTime _lastMotion;

    /// <summary>Attaches the record to an arm.</summary>
    public TruthRecord(RobotDefinition definition, EmulatedArm arm)
    {
        _definition = definition;
        arm.Stepped = Take;
    }

    /// <summary>Starts anew.</summary>
    public void Restart()
    {
        lock (_lock)
            (_excursion, _speedRatio, _joint, _lastMotion) = (0, 0, -1, MonotonicTime.Zero);
    }

    /// <summary>Largest excursion beyond a position limit, rad or m; largest speed as a multiple of its limit; the joint.</summary>
    public (double Excursion, double SpeedRatio, int Joint) Worst()
    {
        lock (_lock)
            return (_excursion, _speedRatio, _joint);
    }

    /// <summary>Time of the last physics step in which a joint moved.</summary>
    public MonotonicTime LastMotion()
    {
        lock (_lock)
            return _lastMotion;
    }

    private void Take(MonotonicTime at, EmulatedArm arm)
    {
        lock (_lock)
        {
            for (var i = 0; i < arm.Count; i++)
            {
                var (position, velocity, _) = arm.Truth(i);
                var joint = _definition.Joints[i];
                var excursion = Math.Max(joint.Position[0] - position, position - joint.Position[1]);
                var ratio = Math.Abs(velocity) / joint.MaximumVelocity;
                if (excursion > _excursion || ratio > _speedRatio)
                    _joint = i;
                (_excursion, _speedRatio) = (Math.Max(_excursion, excursion), Math.Max(_speedRatio, ratio));
                if (Math.Abs(velocity) > RestSpeed)
                    _lastMotion = at;
            }
        }
    }
}
