using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Drivers.Simulation.World;

/// <summary>
/// Commands on their way to the simulated motors: late, sometimes lost. One thread; does not allocate after construction.
/// </summary>
internal sealed class CommandQueue
{
    private readonly MujocoActuator[] _actuators;
    private readonly SimulationOptions _options;
    private readonly int _delaySteps;
    private readonly long _watchdogSteps;
    private readonly int _capacity;
    private readonly double[] _commands;
    private readonly long[] _due;
    private RandomKey _key;
    private int _head;
    private int _count;
    private ulong _sent;
    private long _lastArrival;
    private bool _stopped;

    public CommandQueue(MujocoActuator[] actuators, SimulationOptions options, long stepNanoseconds)
    {
        _actuators = actuators;
        _options = options;
        _delaySteps = (int)Math.Ceiling(options.CommandDelay.Ticks * 100.0 / stepNanoseconds);
        _watchdogSteps = options.Watchdog is { } watchdog ? Math.Max(1, watchdog.Ticks * 100 / stepNanoseconds) : long.MaxValue;
        // Commands of one step replace each other, so no more can wait than there are steps in the delay.
        _capacity = _delaySteps + 1;
        _commands = new double[_capacity * actuators.Length];
        _due = new long[_capacity];
    }

    /// <summary>Steps between sending and effect.</summary>
    public int DelaySteps => _delaySteps;

    /// <summary>Forgets what is on its way.</summary>
    public void Restart(long step, RandomKey key)
    {
        _key = key;
        _count = 0;
        _sent = 0;
        _lastArrival = step;
        _stopped = false;
    }

    /// <summary>Sends a command in SI units at a step.</summary>
    public void Send(long step, ReadOnlySpan<double> command)
    {
        if (_options.CommandDropout > 0 && _key.Derive(_sent++).OpenStream().NextDouble() < _options.CommandDropout)
            return;
        var due = step + _delaySteps;
        var newest = (_head + _count - 1 + _capacity) % _capacity;
        if (_count == 0 || _due[newest] != due)
        {
            newest = (_head + _count) % _capacity;
            _count++;
        }

        _due[newest] = due;
        command.CopyTo(_commands.AsSpan(newest * _actuators.Length, _actuators.Length));
    }

    /// <summary>Hands what has arrived to the motors, before the step is taken.</summary>
    public void Deliver(long step, MujocoData data, MujocoModel model)
    {
        while (_count > 0 && _due[_head] <= step)
        {
            var row = _head * _actuators.Length;
            for (var i = 0; i < _actuators.Length; i++)
                data.Controls[_actuators[i].Id] = _commands[row + i] * _actuators[i].Scale;
            _head = (_head + 1) % _capacity;
            _count--;
            _lastArrival = step;
            _stopped = false;
        }

        if (step - _lastArrival >= _watchdogSteps)
            Halt(data, model);
    }

    /// <summary>
    /// Rests at once: positions of joints are held where they are, velocities and efforts end. What moves no joint of
    /// its own, or nobody knows how, keeps its control: a gripper on a tendon does not let go.
    /// </summary>
    public void Halt(MujocoData data, MujocoModel model)
    {
        _count = 0;
        if (_stopped)
            return;

        // Only once: a position taken anew at every tick would sink under gravity.
        _stopped = true;
        foreach (var actuator in _actuators)
        {
            if (actuator.Control == MujocoControl.Position && actuator.Joint >= 0)
                data.Controls[actuator.Id] = data.Coordinates[model.Joints[actuator.Joint].PositionAddress] * actuator.Scale;
            else if (actuator.Control is MujocoControl.Velocity or MujocoControl.Effort)
                data.Controls[actuator.Id] = 0;
        }
    }
}
