using System.Text;
using System.Text.Json;
using Robotics.Core.Time;
using Robotics.Drivers.Rosbridge;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Tests.Unit.Drivers;

public sealed class RosbridgeProtocolTests
{
    [Theory]
    [InlineData("""{"op":"fragment","id":7,"num":2,"total":3.67,"data":"x"}""", "fragment", "7", 2, 3)]
    [InlineData("""{"op":"fragment","id":"a","num":0,"total":3.0,"data":"x"}""", "fragment", "a", 0, 3)]
    [InlineData("""{"id":"g1","op":"action_result","action":"/a","values":{},"status":4,"result":true}""", "action_result", "g1", -1, 0)]
    public void Read_Frame_GivesItsKeys(string json, string op, string id, int number, int total)
    {
        var frame = new RosbridgeFrame();
        Assert.Null(frame.Read(Encoding.UTF8.GetBytes(json)));
        Assert.Equal((op, id, number, total), (frame.Op, frame.Id, frame.Number, frame.Total));
    }

    [Theory]
    [InlineData("[]", "it is no JSON object")]
    [InlineData("""{"topic":"/a"}""", "the key 'op' is missing")]
    [InlineData("""{"op":"publish"}{""", "it is no JSON")]
    public void Read_WhatIsNoFrame_SaysWhy(string json, string problem) =>
        Assert.Equal(problem, new RosbridgeFrame().Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Add_FragmentsOutOfOrder_GiveTheMessage()
    {
        var assembler = new FragmentAssembler(1000);
        byte[]? Add(int number, string data) => assembler.Add("f", number, 3, Encoding.UTF8.GetBytes(data), MonotonicTime.Zero, out _);

        Assert.Null(Add(2, "c"));
        Assert.Null(Add(0, "a"));
        Assert.Null(Add(0, "again"));
        Assert.Equal("abc"u8.ToArray(), Add(1, "b"));
    }

    [Fact]
    public void Add_FragmentsWithoutEnd_KeepMemoryBounded()
    {
        var assembler = new FragmentAssembler(1000);
        var problems = 0;
        for (var i = 0; i < 1000; i++)
        {
            assembler.Add($"f{i % 100}", i / 100, 20, new byte[99], MonotonicTime.FromSeconds(i * 1e-3), out var problem);
            problems += problem is null ? 0 : 1;
        }

        Assert.True(problems > 0);
        assembler.Add("x", 0, FragmentAssembler.MaximumPieces + 1, [], MonotonicTime.Zero, out var total);
        assembler.Add("x", 3, 3, [], MonotonicTime.Zero, out var number);
        Assert.Equal("a fragment has the number 0 of 16385 and the id 'x'", total);
        Assert.Equal("a fragment has the number 3 of 3 and the id 'x'", number);
    }

    [Fact]
    public void Add_PieceAfterTheTimeout_StartsAnew()
    {
        var assembler = new FragmentAssembler(1000);
        assembler.Add("f", 0, 2, "old"u8.ToArray(), MonotonicTime.Zero, out _);

        Assert.Null(assembler.Add("f", 1, 2, "b"u8.ToArray(), MonotonicTime.FromSeconds(11), out var problem));
        Assert.Null(problem);
        Assert.Equal("ab"u8.ToArray(), assembler.Add("f", 0, 2, "a"u8.ToArray(), MonotonicTime.FromSeconds(11), out _));
    }

    [Fact]
    public void Decode_Png_GivesTheTextAndRefusesWhatIsTooLarge()
    {
        var text = """{"op":"publish","topic":"/joint_states","msg":{"name":["ä"]}}""";
        using var frame = JsonDocument.Parse(RosWire.Png(text));
        var png = frame.RootElement.GetProperty("data").GetBytesFromBase64();

        Assert.Equal(text, Encoding.UTF8.GetString(PngText.Decode(png, 1000)!));
        Assert.Null(PngText.Decode(png, 10));
        Assert.Null(PngText.Decode(png[..40], 1000));
    }

    [Theory]
    [InlineData("sensor_msgs/JointState", "sensor_msgs/msg/JointState", true)]
    [InlineData("sensor_msgs/Image", "sensor_msgs/msg/JointState", false)]
    public void AreSame_NamesOfBothVersions_AreCompared(string a, string b, bool same) => Assert.Equal(same, RosTypes.AreSame(a, b));

    [Fact]
    public void Write_Types_FollowTheVersion()
    {
        Assert.Equal("sensor_msgs/msg/JointState", RosTypes.Message("sensor_msgs/JointState", RosVersion.Ros2));
        Assert.Equal("sensor_msgs/JointState", RosTypes.Message("sensor_msgs/msg/JointState", RosVersion.Ros1));
        Assert.Equal("std_srvs/srv/SetBool", RosTypes.Service(RosTypes.SetBool, RosVersion.Ros2));
        Assert.Equal("control_msgs/action/FollowJointTrajectory", RosTypes.Action(RosTypes.FollowJointTrajectory, RosVersion.Ros2));
    }

    [Fact]
    public void WriteGoal_AndReadGoal_Agree()
    {
        var json = FollowJointTrajectory.WriteGoal(
            ["j1"], [new TrajectoryPoint([0.5], TimeSpan.FromSeconds(0.5)), new TrajectoryPoint([1], TimeSpan.FromSeconds(1.25))],
            RosVersion.Ros2);
        using var goal = JsonDocument.Parse(json);
        var (joints, points) = FollowJointTrajectory.ReadGoal(goal.RootElement)!.Value;

        Assert.Equal(["j1"], joints);
        Assert.Equal(1.25, points[1].TimeFromStart.TotalSeconds);
        Assert.Contains("\"time_from_start\":{\"sec\":1,\"nanosec\":250000000}", json);
        using var backwards = JsonDocument.Parse(FollowJointTrajectory.WriteGoal(
            ["j1"], [new TrajectoryPoint([0.5], TimeSpan.FromSeconds(1)), new TrajectoryPoint([1], TimeSpan.FromSeconds(1))],
            RosVersion.Ros1));
        Assert.Null(FollowJointTrajectory.ReadGoal(backwards.RootElement));
    }

    [Theory]
    [InlineData("""{"error_code":0,"error_string":""}""", 4, true, null)]
    [InlineData("""{"error_code":-5,"error_string":"off by 0.1"}""", 6, true, "the trajectory was not carried out: GOAL_TOLERANCE_VIOLATED (Aborted, off by 0.1)")]
    [InlineData("\"no such action\"", 0, false, "the action failed: no such action")]
    public void Problem_Result_IsASentence(string values, int status, bool result, string? problem) =>
        Assert.Equal(problem, FollowJointTrajectory.Problem(
            new RosReply(result, RosRequests.ElementOf(Encoding.UTF8.GetBytes(values)), (RosGoalStatus)status)));

    [Fact]
    public void Observe_LinkOfHalfTheRate_FindsItsRateAndReturns()
    {
        var throttle = new RosThrottle(33);
        var (link, server, oldest) = (0.0, 0.0, 0.0);
        for (; server < 60; server += throttle.Milliseconds * 1e-3)
        {
            var transmission = server < 30 ? 0.066 : 0.005; // a link that gets better after 30 s
            link = Math.Max(link, server) + transmission;
            throttle.Observe(MonotonicTime.FromSeconds(link), link - server);
            oldest = Math.Max(oldest, link - server);
        }

        Assert.InRange(oldest, 0.25, 1.5);
        Assert.Equal(33, throttle.Milliseconds, 20.0);
    }
}
