using Robotics.Core.Links;
using Robotics.Core.Spaces;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// The action equivalent to the command that was sent. One thread; does not allocate after construction; safe on the tick path.
/// </summary>
internal sealed class AppliedAction
{
    private readonly ActionSpace _space;
    private readonly int[] _channelOf;
    private readonly int[] _jointOf;
    private readonly double[] _measured;
    private readonly double[] _command;

    public AppliedAction(ActionSpace space, RobotSpec robot)
    {
        _space = space;
        var channels = robot.Channels.ToList();
        _channelOf = [.. space.Channels.Select(c => channels.FindIndex(r => r.Name == c.Name))];
        _jointOf = [.. _channelOf.Select(i => channels[i].JointIndex)];
        _measured = new double[space.Dimension];
        _command = new double[space.Dimension];
    }

    /// <summary>Clamps an action to [−1, 1], as the plan follower does.</summary>
    public static void Clamp(ReadOnlySpan<float> action, Span<float> into)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = Math.Clamp(action[i], -1f, 1f);
    }

    /// <summary>The action whose command is nearest to the one that was sent.</summary>
    /// <param name="applied">[channels], SI.</param>
    /// <param name="measured">The joint state from which the step began.</param>
    /// <param name="into">Receives [action].</param>
    public void ConvertBack(ReadOnlySpan<double> applied, RobotState measured, Span<float> into)
    {
        for (var i = 0; i < _channelOf.Length; i++)
        {
            _measured[i] = _jointOf[i] >= 0 ? measured.Positions[_jointOf[i]] : 0;
            _command[i] = applied[_channelOf[i]];
        }

        _space.ToAction(_command, _measured, into);
    }
}
