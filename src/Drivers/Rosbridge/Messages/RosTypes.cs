namespace Robotics.Drivers.Rosbridge.Messages;

/// <summary>Version of ROS behind rosbridge.</summary>
public enum RosVersion
{
    /// <summary>ROS 1: types pkg/Type, stamps with secs and nsecs.</summary>
    Ros1 = 1,

    /// <summary>ROS 2: types pkg/msg/Type, stamps with sec and nanosec.</summary>
    Ros2 = 2,
}

/// <summary>Names of types, written as each version of ROS writes them. Thread-safe.</summary>
internal static class RosTypes
{
    public const string JointState = "sensor_msgs/JointState";
    public const string Image = "sensor_msgs/Image";
    public const string CompressedImage = "sensor_msgs/CompressedImage";
    public const string JointTrajectory = "trajectory_msgs/JointTrajectory";
    public const string Float64MultiArray = "std_msgs/Float64MultiArray";
    public const string SetBool = "std_srvs/SetBool";
    public const string FollowJointTrajectory = "control_msgs/FollowJointTrajectory";

    /// <summary>A message's type as the version writes it.</summary>
    public static string Message(string type, RosVersion version) => Write(type, "msg", version);

    /// <summary>A service's type as the version writes it.</summary>
    public static string Service(string type, RosVersion version) => Write(type, "srv", version);

    /// <summary>An action's type as the version writes it.</summary>
    public static string Action(string type, RosVersion version) => Write(type, "action", version);

    /// <summary>True when two names mean the same type, whichever way they are written.</summary>
    public static bool AreSame(string a, string b) => Short(a) == Short(b);

    /// <summary>Package and name: pkg/Type of pkg/msg/Type.</summary>
    public static string Short(string type) => type.Split('/') is [var package, _, var name] ? $"{package}/{name}" : type;

    private static string Write(string type, string kind, RosVersion version) =>
        version == RosVersion.Ros2 && Short(type).Split('/') is [var package, var name] ? $"{package}/{kind}/{name}" : Short(type);
}
