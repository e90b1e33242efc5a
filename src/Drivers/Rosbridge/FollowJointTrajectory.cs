using System.Text.Json;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;

namespace Robotics.Drivers.Rosbridge;

/// <summary>A point of a joint trajectory.</summary>
/// <param name="Positions">[joints], rad or m, as the robot reports them.</param>
/// <param name="TimeFromStart">
/// Time after the start of the trajectory at which it is to be reached; it increases from point to point.
/// </param>
internal sealed record TrajectoryPoint(double[] Positions, TimeSpan TimeFromStart);

/// <summary>Goals and results of the action control_msgs/FollowJointTrajectory.</summary>
internal static class FollowJointTrajectory
{
    /// <summary>Fields of a goal, JSON: starts at once, with the controller's own tolerances.</summary>
    public static string WriteGoal(IReadOnlyList<string> joints, IReadOnlyList<TrajectoryPoint> points, RosVersion version)
    {
        var (seconds, nanoseconds) = version == RosVersion.Ros2 ? ("sec", "nanosec") : ("secs", "nsecs");
        Dictionary<string, long> Time(TimeSpan time) => new()
        {
            [seconds] = time.Ticks / TimeSpan.TicksPerSecond,
            [nanoseconds] = time.Ticks % TimeSpan.TicksPerSecond * 100,
        };
        return JsonSerializer.Serialize(new
        {
            trajectory = new
            {
                header = new { stamp = Time(TimeSpan.Zero), frame_id = "" },
                joint_names = joints,
                points = points.Select(p => new { positions = p.Positions, time_from_start = Time(p.TimeFromStart) }),
            },
        });
    }

    /// <summary>Joints and points of a goal that was sent to us; null when it is none, or when its times do not increase.</summary>
    public static (IReadOnlyList<string> Joints, IReadOnlyList<TrajectoryPoint> Points)? ReadGoal(JsonElement args)
    {
        try
        {
            var trajectory = args.GetProperty("trajectory");
            string[] joints = [.. trajectory.GetProperty("joint_names").EnumerateArray().Select(n => n.GetString()!)];
            TrajectoryPoint[] points =
            [
                .. trajectory.GetProperty("points").EnumerateArray().Select(p => new TrajectoryPoint(
                    [.. p.GetProperty("positions").EnumerateArray().Select(v => v.GetDouble())],
                    ReadTime(p.GetProperty("time_from_start")))),
            ];
            var isValid = points.All(p => p.Positions.Length == joints.Length)
                && points.Zip(points.Skip(1)).All(pair => pair.First.TimeFromStart < pair.Second.TimeFromStart);
            return isValid ? (joints, points) : null;
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Why a goal was not reached, as a sentence; null when it was.</summary>
    public static string? Problem(RosReply reply)
    {
        if (!reply.Succeeded)
            return $"the action failed: {reply.Error}";
        JsonElement value = default;
        var hasCode = reply.Values.ValueKind == JsonValueKind.Object && reply.Values.TryGetProperty("error_code", out value);
        var code = hasCode && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;
        if (reply.Status == RosGoalStatus.Succeeded && code == 0)
            return null;
        var hasText = reply.Values.ValueKind == JsonValueKind.Object && reply.Values.TryGetProperty("error_string", out value);
        var text = hasText ? value.ToString() : "";
        return $"the trajectory was not carried out: {NameOf(code)} ({reply.Status}{(text.Length > 0 ? $", {text}" : "")})";
    }

    private static string NameOf(int code) => code switch
    {
        0 => "no error code",
        -1 => "INVALID_GOAL",
        -2 => "INVALID_JOINTS",
        -3 => "OLD_HEADER_TIMESTAMP",
        -4 => "PATH_TOLERANCE_VIOLATED",
        -5 => "GOAL_TOLERANCE_VIOLATED",
        _ => $"error {code}",
    };

    private static TimeSpan ReadTime(JsonElement time)
    {
        long Field(string ros2, string ros1) =>
            time.TryGetProperty(ros2, out var value) || time.TryGetProperty(ros1, out value) ? value.GetInt64() : 0;
        return TimeSpan.FromSeconds(Field("sec", "secs")) + TimeSpan.FromTicks(Field("nanosec", "nsecs") / 100);
    }
}
