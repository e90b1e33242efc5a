using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Core.Links;

/// <summary>A joint whose state the robot reports. Immutable.</summary>
/// <param name="Name">The joint's name.</param>
/// <param name="Kind">Hinge (rad) or slide (m).</param>
/// <param name="Low">Lower limit, rad or m; −∞ when unlimited.</param>
/// <param name="High">Upper limit; +∞ when unlimited.</param>
public sealed record JointSpec(string Name, JointKind Kind, double Low, double High)
{
    /// <summary>True when the joint may turn without end.</summary>
    public bool IsUnlimited => double.IsInfinity(Low) && double.IsInfinity(High);
}

/// <summary>A channel through which the robot takes commands. Immutable.</summary>
/// <param name="Name">The channel's name.</param>
/// <param name="JointIndex">The joint it drives, in <see cref="RobotSpec.Joints"/>; −1 when it drives no single joint.</param>
/// <param name="Mode">Commanded quantity.</param>
/// <param name="Low">Smallest command the device takes, SI.</param>
/// <param name="High">Largest command, SI.</param>
/// <param name="StartCommand">
/// The command in force before anybody commands the channel, SI: what a channel keeps that a task leaves out. NaN for a position
/// that is held where it is measured, and for a velocity or an effort of 0.
/// </param>
public sealed record CommandChannel(
    string Name, int JointIndex, ActionMode Mode, double Low, double High, double StartCommand = double.NaN)
{
    /// <summary>Command at rest of a velocity or an effort channel: the start command, else 0.</summary>
    public double RestingCommand => double.IsNaN(StartCommand) ? 0 : StartCommand;
}

/// <summary>Reaction of the device itself when commands stop coming.</summary>
public enum CommandLossBehaviour
{
    /// <summary>It has no watchdog: the last command stays in force.</summary>
    KeepsLastCommand,

    /// <summary>It holds its position.</summary>
    Holds,

    /// <summary>It brakes and stops.</summary>
    Stops,

    /// <summary>It goes limp.</summary>
    GoesLimp,
}

/// <summary>Description of a robot, readable before connecting. Immutable.</summary>
/// <param name="Name">The robot's name.</param>
/// <param name="Joints">Joints it reports, in state order.</param>
/// <param name="Channels">Channels it takes commands on, in command order.</param>
/// <param name="OnCommandLoss">Reaction of the device itself when commands stop coming.</param>
/// <param name="WatchdogSeconds">After how long; +∞ without a watchdog.</param>
public sealed record RobotSpec(
    string Name,
    IReadOnlyList<JointSpec> Joints,
    IReadOnlyList<CommandChannel> Channels,
    CommandLossBehaviour OnCommandLoss,
    double WatchdogSeconds);
