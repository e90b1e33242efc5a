using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Testing.Emulation;

/// <summary>
/// The physics behind an emulated device: a MuJoCo model with position servos, advanced to the clock's time whenever it is looked at.
/// Each joint follows its goal with a trapezoidal speed profile as a servo's firmware does. Thread-safe.
/// </summary>
public sealed class EmulatedArm : IDisposable
{
    private const double MaximumLagSeconds = 0.25;
    private readonly MujocoModel _model;
    private readonly MujocoData _data;
    private readonly IClock _clock;
    private readonly Servo[] _servos;
    private readonly Lock _lock = new();
    private MonotonicTime _at;

    /// <summary>Creates the arm at the first keyframe, or at the reference pose of a model without one.</summary>
    /// <param name="mjcf">The model; each joint is driven by one position servo.</param>
    /// <param name="joints">Names of the emulated joints, in order.</param>
    /// <param name="clock">The clock that physics follows.</param>
    public EmulatedArm(string mjcf, IReadOnlyList<string> joints, IClock clock)
    {
        _model = MujocoModel.Load(mjcf);
        _data = new MujocoData(_model);
        _clock = clock;
        if (_model.Keyframes.Count > 0)
            _data.Reset(0);
        _servos = [.. joints.Select(Bind)];
        _at = clock.Now;
    }

    /// <summary>Called after each physics step with the time of the step, while the arm is locked: for records of the truth.</summary>
    public Action<MonotonicTime, EmulatedArm>? Stepped { get; set; }

    /// <summary>Number of emulated joints.</summary>
    public int Count => _servos.Length;

    /// <summary>Position, rad or m; velocity; effort of the servo, N·m or N: the truth now.</summary>
    public (double Position, double Velocity, double Effort) Read(int joint)
    {
        lock (_lock)
        {
            Advance();
            return Truth(joint);
        }
    }

    /// <summary>Position, velocity and effort of the last step, without advancing: for <see cref="Stepped"/>.</summary>
    public (double Position, double Velocity, double Effort) Truth(int joint)
    {
        var servo = _servos[joint];
        return (
            _data.Coordinates[servo.PositionAddress], _data.Velocities[servo.VelocityAddress],
            _data.ActuatorEfforts[servo.VelocityAddress]);
    }

    /// <summary>Sets a servo's goal, rad or m.</summary>
    public void SetGoal(int joint, double goal)
    {
        lock (_lock)
        {
            Advance();
            _servos[joint].Goal = goal;
        }
    }

    /// <summary>A servo's goal, rad or m.</summary>
    public double GoalOf(int joint)
    {
        lock (_lock)
            return _servos[joint].Goal;
    }

    /// <summary>Sets the limits of a servo's own speed profile.</summary>
    /// <param name="joint">Index of the joint.</param>
    /// <param name="velocity">rad/s or m/s; +∞ for none.</param>
    /// <param name="acceleration">rad/s² or m/s²; +∞ for none.</param>
    public void SetProfile(int joint, double velocity, double acceleration)
    {
        lock (_lock)
        {
            Advance();
            (_servos[joint].MaximumVelocity, _servos[joint].MaximumAcceleration) = (velocity, acceleration);
        }
    }

    /// <summary>Switches a servo's torque. A servo without torque is only damped, and its reference follows the joint.</summary>
    public void SetTorque(int joint, bool on)
    {
        lock (_lock)
        {
            Advance();
            var servo = _servos[joint];
            servo.IsOn = on;
            (servo.Reference, servo.Speed) = (_data.Coordinates[servo.PositionAddress], 0);
        }
    }

    /// <summary>True when a servo's torque is on.</summary>
    public bool HasTorque(int joint)
    {
        lock (_lock)
            return _servos[joint].IsOn;
    }

    /// <summary>Applies a disturbance until it is changed, N·m or N.</summary>
    public void Disturb(int joint, double effort)
    {
        lock (_lock)
        {
            Advance();
            _data.AppliedEfforts[_servos[joint].VelocityAddress] = effort;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _data.Dispose();
            _model.Dispose();
        }
    }

    private Servo Bind(string name)
    {
        var joint = _model.Joints.FirstOrDefault(j => j.Name == name)
            ?? throw new ArgumentException($"{_model.Path} has no joint '{name}'.");
        var actuator = _model.Actuators.FirstOrDefault(a => a.Joint == joint.Id && a.Control == MujocoControl.Position)
            ?? throw new ArgumentException($"{_model.Path} has no position servo on joint '{name}'.");
        var position = _data.Coordinates[joint.PositionAddress];
        return new Servo(joint.PositionAddress, joint.VelocityAddress, actuator.Id, actuator.Scale)
        {
            Goal = position,
            Reference = position,
        };
    }

    private void Advance()
    {
        var now = _clock.Now;
        var step = TimeSpan.FromSeconds(_model.TimestepSeconds);
        if ((now - _at).TotalSeconds > MaximumLagSeconds)
            _at = now - TimeSpan.FromSeconds(MaximumLagSeconds);
        while (_at + step <= now)
        {
            foreach (var servo in _servos)
                _data.Controls[servo.Actuator] = servo.Scale * servo.Follow(_data.Coordinates[servo.PositionAddress], step.TotalSeconds);
            _data.Step(1);
            _at += step;
            Stepped?.Invoke(_at, this);
        }
    }

    private sealed class Servo(int positionAddress, int velocityAddress, int actuator, double scale)
    {
        public int PositionAddress => positionAddress;

        public int VelocityAddress => velocityAddress;

        public int Actuator => actuator;

        public double Scale => scale;

        public bool IsOn { get; set; }

        public double Goal { get; set; }

        public double Reference { get; set; }

        public double Speed { get; set; }

        public double MaximumVelocity { get; set; } = double.PositiveInfinity;

        public double MaximumAcceleration { get; set; } = double.PositiveInfinity;

        /// <summary>The profile's next reference, rad or m.</summary>
        public double Follow(double position, double seconds)
        {
            if (!IsOn)
                return Reference = position;
            var gap = Goal - Reference;
            var wanted = Math.Min(Math.Abs(gap) / seconds, MaximumVelocity);
            if (!double.IsInfinity(MaximumAcceleration))
                wanted = Math.Min(wanted, Math.Sqrt(2 * MaximumAcceleration * Math.Abs(gap)));
            var change = MaximumAcceleration * seconds;
            Speed = Math.Clamp(wanted * Math.Sign(gap), Speed - change, Speed + change);
            if (Math.Abs(gap) <= Math.Abs(Speed * seconds) && Math.Sign(gap) == Math.Sign(Speed))
            {
                (Reference, Speed) = (Goal, double.IsInfinity(MaximumAcceleration) ? 0 : Speed);
                return Reference;
            }

            return Reference += Speed * seconds;
        }
    }
}
