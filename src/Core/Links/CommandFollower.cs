using Robotics.Core.Errors;
using Robotics.Core.Spaces;

namespace Robotics.Core.Links;

/// <summary>
/// Turns actions at the control rate into commands at the servo rate: binds a task's action space to a robot's channels, and
/// holds or interpolates between actions. Channels that the task does not name keep the command they started with. Used by one
/// thread; does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class CommandFollower
{
    private readonly ActionSpace _space;
    private readonly RobotSpec _spec;
    private readonly int[] _channelOf;
    private readonly bool[] _isCommanded;
    private readonly double[] _measured;
    private readonly double[] _target;
    private readonly double[] _from;
    private readonly double[] _to;

    /// <summary>Binds the names.</summary>
    /// <exception cref="UserErrorException">The robot lacks a channel, or it commands something else.</exception>
    public CommandFollower(ActionSpace space, RobotSpec spec)
    {
        _space = space;
        _spec = spec;
        _channelOf = [.. space.Channels.Select(c => IndexOf(spec, c))];
        _isCommanded = new bool[spec.Channels.Count];
        foreach (var channel in _channelOf)
            _isCommanded[channel] = true;
        _measured = new double[space.Dimension];
        _target = new double[space.Dimension];
        _from = new double[spec.Channels.Count];
        _to = new double[spec.Channels.Count];
    }

    /// <summary>Command dimension: the number of the robot's channels.</summary>
    public int CommandDimension => _to.Length;

    /// <summary>True when the action space commands the channel; the others keep the command they started with.</summary>
    /// <param name="channel">Index of the robot's channel.</param>
    public bool IsCommanded(int channel) => _isCommanded[channel];

    /// <summary>
    /// Starts from rest: positions where they are measured, velocities and efforts at zero; channels that the task does not
    /// name at their start command.
    /// </summary>
    public void Start(RobotState measured)
    {
        for (var i = 0; i < _to.Length; i++)
        {
            var c = _spec.Channels[i];
            _to[i] = !_isCommanded[i] && !double.IsNaN(c.StartCommand) ? c.StartCommand
                : c.Mode == ActionMode.Position && c.JointIndex >= 0 ? measured.Positions[c.JointIndex]
                : 0;
        }

        _to.CopyTo(_from, 0);
    }

    /// <summary>Begins a control period: the action takes effect now.</summary>
    /// <param name="action">[action dimension], in [−1, 1].</param>
    /// <param name="measured">The joint state now; read for delta channels.</param>
    public void Begin(ReadOnlySpan<float> action, RobotState measured)
    {
        for (var i = 0; i < _channelOf.Length; i++)
        {
            var joint = _spec.Channels[_channelOf[i]].JointIndex;
            _measured[i] = joint >= 0 ? measured.Positions[joint] : 0;
        }

        _space.ToCommand(action, _measured, _target);
        _to.CopyTo(_from, 0);
        for (var i = 0; i < _channelOf.Length; i++)
            _to[_channelOf[i]] = _target[i];
    }

    /// <summary>Begins a control period without an action: the command of the last one stands.</summary>
    public void Hold() => _to.CopyTo(_from, 0);

    /// <summary>The command at a moment of the control period.</summary>
    /// <param name="fraction">
    /// 0 to 1: the share of the period that has passed at the end of this servo tick, so that the last servo tick of a period
    /// reaches the action. A space that holds ignores it.
    /// </param>
    /// <param name="command">Receives [CommandDimension], SI.</param>
    public void CommandAt(double fraction, Span<double> command)
    {
        var share = _space.Resampling == ActionResampling.Hold ? 1 : Math.Clamp(fraction, 0, 1);
        for (var i = 0; i < _to.Length; i++)
            command[i] = share >= 1 ? _to[i] : _from[i] + (share * (_to[i] - _from[i]));
    }

    private static int IndexOf(RobotSpec spec, ActionChannel channel)
    {
        for (var i = 0; i < spec.Channels.Count; i++)
        {
            var c = spec.Channels[i];
            if (c.Name != channel.Name)
                continue;
            if (c.Mode != channel.Mode)
                throw new UserErrorException(
                    $"Action channel '{channel.Name}' commands {channel.Mode}, but robot '{spec.Name}' takes {c.Mode} on it; change the "
                    + "task's action mode.");
            if (channel.Reference == ActionReference.Delta && c.JointIndex < 0)
                throw new UserErrorException(
                    $"Action channel '{channel.Name}' is a delta, but on robot '{spec.Name}' it drives no single joint to measure from; "
                    + "make it absolute.");
            return i;
        }

        throw new UserErrorException(
            $"Robot '{spec.Name}' has no command channel '{channel.Name}'; it has {string.Join(", ", spec.Channels.Select(c => c.Name))}.");
    }
}
