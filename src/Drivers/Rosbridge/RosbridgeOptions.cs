using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;

namespace Robotics.Drivers.Rosbridge;

/// <summary>Message that carries commands.</summary>
public enum RosCommandForm
{
    /// <summary>std_msgs/Float64MultiArray, for a forward_command_controller: the values in the joints' order.</summary>
    Float64MultiArray,

    /// <summary>trajectory_msgs/JointTrajectory with one point, for a joint_trajectory_controller.</summary>
    JointTrajectory,
}

/// <summary>Options of the rosbridge driver: the section <c>connection</c> of a robot's file. Immutable; thread-safe.</summary>
public sealed record RosbridgeOptions : IValidatable
{
    /// <summary>Address of the server: ws://host:9090 or wss://host:port.</summary>
    public required string Address { get; init; }

    /// <summary>Version of ROS behind it. Default: ros2.</summary>
    public RosVersion Ros { get; init; } = RosVersion.Ros2;

    /// <summary>Topic of sensor_msgs/JointState. Default: /joint_states.</summary>
    public string StateTopic { get; init; } = "/joint_states";

    /// <summary>Compression of states: none, cbor or cbor_raw (ROS 2). Default: cbor.</summary>
    public RosCompression Compression { get; init; } = RosCompression.Cbor;

    /// <summary>Shortest time between two states, 0 to 1 s; the server drops those between. Default: 0.</summary>
    [Range(0, 1)]
    public TimeSpan Throttle { get; init; } = TimeSpan.Zero;

    /// <summary>Topic of commands.</summary>
    public required string CommandTopic { get; init; }

    /// <summary>Message that carries commands. Default: float64_multi_array.</summary>
    public RosCommandForm CommandForm { get; init; } = RosCommandForm.Float64MultiArray;

    /// <summary>
    /// Time in which a point of a joint trajectory is to be reached, 1 ms to 5 s; short against the time constant of the arm, long
    /// against the command period. Default: 50 ms.
    /// </summary>
    [Range(0.001, 5)]
    public TimeSpan PointTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Service of std_srvs/SetBool that switches torque on and off. Default: none; torque is then the robot's own affair.
    /// </summary>
    public string? TorqueService { get; init; }

    /// <summary>
    /// Time after which the robot's controller itself stops when no command comes, 1 ms to 60 s. Only up to 100 ms count as a watchdog;
    /// without it, or above, the robot counts as one that keeps its last command. Default: none.
    /// </summary>
    [Range(0.001, 60)]
    public TimeSpan? ReceiverTimeout { get; init; }

    /// <summary>Time that connecting may take, 0.1 to 60 s. Default: 5 s.</summary>
    [Range(0.1, 60)]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time without a state after which the connection counts as broken, 0.05 to 60 s. Default: 1 s.</summary>
    [Range(0.05, 60)]
    public TimeSpan StateTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time that a service may take, 0.1 to 60 s. Default: 2 s.</summary>
    [Range(0.1, 60)]
    public TimeSpan ServiceTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Shortest time from a message's stamp to its arrival, 0 to 1 s; it cannot be measured from here. Default: 0.</summary>
    [Range(0, 1)]
    public TimeSpan MinimumDelay { get; init; } = TimeSpan.Zero;

    /// <inheritdoc/>
    public void Validate()
    {
        OptionRange.Check(this);
        if (!Uri.TryCreate(Address, UriKind.Absolute, out var uri) || uri.Scheme is not ("ws" or "wss"))
            throw new ArgumentOutOfRangeException(nameof(Address), $"must be like ws://host:9090, not '{Address}'");
        if (Compression == RosCompression.CborRaw && Ros == RosVersion.Ros1)
            throw new ArgumentOutOfRangeException(nameof(Compression), "must be none, png or cbor with ROS 1: only ROS 2 has CDR");
    }
}
