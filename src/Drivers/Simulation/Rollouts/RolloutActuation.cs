using Robotics.Core.Spaces;
using Robotics.Drivers.Simulation.Model;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Rollouts;

/// <summary>Carries a rollout's actions to its motors as the loop would: scaled, resampled, delayed. One thread at a time.</summary>
internal sealed class RolloutActuation
{
    private readonly ActionSpace _actions;
    private readonly MujocoActuator[] _actuators;
    private readonly int[] _positionAddresses;
    private readonly double[] _measured;
    private readonly int _stepsPerAction;
    private readonly int _delaySteps;
    private double[] _commands = [];

    public RolloutActuation(SimulatedWorld world, SimulatorRolloutOptions options)
    {
        _actions = options.Actions;
        _actuators = [.. options.Actions.Channels.Select(c =>
            ModelNames.Find(world.Model.Path, "commanded actuator", world.ControlledActuators, a => a.Name, c.Name).Part)];
        _positionAddresses = [.. _actuators.Select(a => a.Joint >= 0 ? world.Model.Joints[a.Joint].PositionAddress : 0)];
        _measured = new double[_actuators.Length];
        _delaySteps = world.CommandDelaySteps;
        _stepsPerAction = (int)Math.Max(1, Math.Round(options.ControlPeriod.TotalSeconds / world.Model.TimestepSeconds));
    }

    /// <summary>Takes the present controls for the command before the first.</summary>
    public void Begin(MujocoData data, int horizon)
    {
        var width = _actuators.Length;
        if (_commands.Length < (horizon + 1) * width)
            _commands = new double[(horizon + 1) * width];
        for (var i = 0; i < width; i++)
            _commands[i] = data.Controls[_actuators[i].Id] / _actuators[i].Scale;
    }

    /// <summary>Takes the action of a control period that begins now.</summary>
    public void Take(MujocoData data, int t, ReadOnlySpan<float> action)
    {
        var width = _actuators.Length;
        for (var i = 0; i < width; i++)
            _measured[i] = data.Coordinates[_positionAddresses[i]];
        _actions.ToCommand(action, _measured, _commands.AsSpan((t + 1) * width, width));
    }

    /// <summary>Simulates one of several equal parts of a control period.</summary>
    public PhysicsStatus Run(MujocoData data, int t, int part, int parts)
    {
        var (first, steps) = (part * _stepsPerAction / parts, _stepsPerAction / parts);
        return _delaySteps == 0 && _actions.Resampling == ActionResampling.Hold ? Hold(data, t, steps) : StepByStep(data, t, first, steps);
    }

    private PhysicsStatus Hold(MujocoData data, int t, int steps)
    {
        Apply(data, t, 1);
        return data.Step(steps);
    }

    private PhysicsStatus StepByStep(MujocoData data, int t, int first, int steps)
    {
        for (var i = first; i < first + steps; i++)
        {
            var sentAt = (t * _stepsPerAction) + i - _delaySteps;
            if (sentAt >= 0)
            {
                var share = _actions.Resampling == ActionResampling.Hold ? 1 : ((sentAt % _stepsPerAction) + 1.0) / _stepsPerAction;
                Apply(data, sentAt / _stepsPerAction, share);
            }

            var status = data.Step(1);
            if (status != PhysicsStatus.Ok)
                return status;
        }

        return PhysicsStatus.Ok;
    }

    private void Apply(MujocoData data, int t, double share)
    {
        var width = _actuators.Length;
        for (var i = 0; i < width; i++)
        {
            var (last, next) = (_commands[(t * width) + i], _commands[((t + 1) * width) + i]);
            data.Controls[_actuators[i].Id] = (last + (share * (next - last))) * _actuators[i].Scale;
        }
    }
}
