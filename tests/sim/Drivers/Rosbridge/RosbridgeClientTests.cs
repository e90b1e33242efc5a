using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Rosbridge;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Tests.Sim.Drivers;

public sealed class RosbridgeClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly SystemClock _clock = new();
    private readonly EmulatedRosbridge _server;
    private readonly ConcurrentQueue<(LinkErrorKind Kind, string Sentence)> _rejected = new();
    private readonly RosbridgeClient _client;

    public RosbridgeClientTests()
    {
        _server = new EmulatedRosbridge(null, [], _clock, RandomKey.FromSeed(1));
        _client = new RosbridgeClient(new Uri(_server.Address), _clock, maximumBytes: 100_000)
        {
            Rejected = (kind, sentence) => _rejected.Enqueue((kind, sentence)),
        };
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task CallServiceAsync_ServiceOfTheServer_Answers()
    {
        _server.Types["/a"] = "std_msgs/msg/Int32";
        await _client.OpenAsync(Timeout, Cancellation);
        var reply = await _client.CallServiceAsync("/rosapi/topic_type", """{"topic":"/a"}""", Timeout, Cancellation);

        Assert.True(reply.Succeeded);
        Assert.Equal("std_msgs/msg/Int32", reply.Values.GetProperty("type").GetString());
    }

    [Fact]
    public async Task CallServiceAsync_FailsHangsOrLosesItsConnection_EndsInEachCase()
    {
        await _client.OpenAsync(Timeout, Cancellation);
        var failed = await _client.CallServiceAsync("/rosapi/topic_type", """{"topic":"/a"}""", Timeout, Cancellation);
        Assert.False(failed.Succeeded);
        Assert.Contains("does not exist", failed.Error);
        await Assert.ThrowsAsync<TimeoutException>(
            () => _client.CallServiceAsync("/hangs", "{}", TimeSpan.FromMilliseconds(50), Cancellation));

        var waiting = _client.CallServiceAsync("/hangs", "{}", Timeout, Cancellation);
        await _server.StopListeningAsync();
        await Assert.ThrowsAsync<IOException>(() => waiting);
    }

    [Fact]
    public async Task AddService_CallByTheServer_IsAnsweredWithItsId()
    {
        var answers = Answers("service_response");
        _client.Offers.AddService("/add", "example/srv/Add", args => args.GetProperty("a").GetInt32() is > 0 and var a
            ? Task.FromResult($"{{\"sum\":{a + 1}}}")
            : throw new UserErrorException("a must be positive"));
        await _client.OpenAsync(Timeout, Cancellation);
        var session = await SessionAsync("advertise_service");
        session.Send("""{"op":"call_service","id":"service_request:/add:1","service":"/add","args":{"a":2}}""");
        session.Send("""{"op":"call_service","id":"service_request:/add:2","service":"/add","args":{"a":-1}}""");

        Assert.True(RosbridgeFixture.Until(_clock, () => answers.Count == 2));
        var texts = answers.Select(a => a.GetRawText()).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal("""{"op":"service_response","id":"service_request:/add:1","service":"/add","values":{"sum":3},"result":true}""", texts[0]);
        Assert.Equal("""{"op":"service_response","id":"service_request:/add:2","service":"/add","values":"a must be positive","result":false}""", texts[1]);
    }

    [Fact]
    public async Task SendGoalAsync_FollowJointTrajectory_GivesFeedbackAndResult()
    {
        _server.Unhandled = (session, frame) =>
        {
            if (frame.GetProperty("op").GetString() != "send_action_goal")
                return;
            var id = frame.GetProperty("id").GetString();
            session.Send($$$"""{"op":"action_feedback","id":"{{{id}}}","action":"/jtc","values":{"index":1}}""");
            session.Send($$"""{"op":"action_result","id":"{{id}}","action":"/jtc","values":{"error_code":0,"error_string":""},"status":4,"result":true}""");
        };
        await _client.OpenAsync(Timeout, Cancellation);
        var feedback = new ConcurrentQueue<int>();
        var goal = FollowJointTrajectory.WriteGoal(["j1"], [new TrajectoryPoint([0.5], TimeSpan.FromSeconds(1))], RosVersion.Ros2);
        var reply = await _client.SendGoalAsync(
            "/jtc", RosTypes.Action(RosTypes.FollowJointTrajectory, RosVersion.Ros2), goal,
            f => feedback.Enqueue(f.GetProperty("index").GetInt32()), Timeout, Cancellation);

        Assert.Null(FollowJointTrajectory.Problem(reply));
        Assert.Equal([1], feedback);
        var sent = _server.Log.Last().Frame;
        Assert.Equal("control_msgs/action/FollowJointTrajectory", sent.GetProperty("action_type").GetString());
        Assert.True(sent.GetProperty("feedback").GetBoolean());
    }

    [Fact]
    public async Task SendGoalAsync_Cancelled_CancelsTheGoal()
    {
        var cancelled = Answers("cancel_action_goal");
        await _client.OpenAsync(Timeout, Cancellation);
        using var cancel = new CancellationTokenSource();
        var goal = _client.SendGoalAsync("/jtc", "a/action/B", "{}", null, Timeout, cancel.Token);
        Assert.True(RosbridgeFixture.Until(_clock, () => !_server.Log.IsEmpty));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => goal);
        Assert.True(RosbridgeFixture.Until(_clock, () => cancelled.Count == 1));
        Assert.Equal(_server.Log.First().Frame.GetProperty("id").GetString(), cancelled.First().GetProperty("id").GetString());
    }

    [Fact]
    public async Task AddAction_GoalsByTheServer_SucceedAreCancelledOrAborted()
    {
        var answers = Answers("action_result");
        var feedback = Answers("action_feedback");
        _client.Offers.AddAction("/move", "control_msgs/action/FollowJointTrajectory", async goal =>
        {
            if (FollowJointTrajectory.ReadGoal(goal.Args) is not { } trajectory)
                throw new UserErrorException("no trajectory");
            await goal.FeedbackAsync("""{"index":0}""");
            if (trajectory.Points.Count > 1)
                await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, goal.Cancelled);
            return """{"error_code":0,"error_string":""}""";
        });
        await _client.OpenAsync(Timeout, Cancellation);
        var session = await SessionAsync("advertise_action");
        void Send(string id, string args) => session.Send(
            $$"""{"op":"send_action_goal","id":"{{id}}","action":"/move","action_type":"control_msgs/action/FollowJointTrajectory","args":{{args}},"feedback":true}""");
        TrajectoryPoint[] points = [new([0.5], TimeSpan.FromSeconds(1)), new([1], TimeSpan.FromSeconds(2))];
        Send("g1", FollowJointTrajectory.WriteGoal(["j1"], points[..1], RosVersion.Ros2));
        Send("g2", FollowJointTrajectory.WriteGoal(["j1"], points, RosVersion.Ros2));
        Send("g3", "{}");
        Assert.True(RosbridgeFixture.Until(_clock, () => feedback.Count == 2));
        session.Send("""{"op":"cancel_action_goal","id":"g2","action":"/move"}""");

        Assert.True(RosbridgeFixture.Until(_clock, () => answers.Count == 3));
        var byId = answers.ToDictionary(
            a => a.GetProperty("id").GetString()!, a => (a.GetProperty("status").GetInt32(), a.GetProperty("result").GetBoolean()));
        Assert.Equal(((4, true), (5, true), (6, false)), (byId["g1"], byId["g2"], byId["g3"]));
    }

    [Fact]
    public async Task SendGoalAsync_ActionOfRos1_UsesTheTopicsOfActionlib()
    {
        var action = new Ros1Action(_client, "/jtc", "control_msgs/FollowJointTrajectory");
        await _client.OpenAsync(Timeout, Cancellation);
        var reply = action.SendGoalAsync("{}", null, Timeout, Cancellation);
        Assert.True(RosbridgeFixture.Until(_clock, () => _server.Log.Any(e => e.Frame.GetProperty("op").GetString() == "publish")));
        var goal = _server.Log.Last().Frame;
        var id = goal.GetProperty("msg").GetProperty("goal_id").GetProperty("id").GetString();
        _server.Sessions.Single().Send(
            $$$$"""{"op":"publish","topic":"/jtc/result","msg":{"status":{"goal_id":{"id":"{{{{id}}}}"},"status":3},"result":{"error_code":0}}}""");

        Assert.Equal("/jtc/goal", goal.GetProperty("topic").GetString());
        Assert.Null(FollowJointTrajectory.Problem(await reply));
        Assert.Contains(_server.Log, e => e.Frame.GetProperty("op").GetString() == "advertise"
            && e.Frame.GetProperty("type").GetString() == "control_msgs/FollowJointTrajectoryActionGoal");
    }

    [Fact]
    public async Task Receive_FragmentsInReverseOrder_GiveTheMessage()
    {
        var received = new ConcurrentQueue<string>();
        _client.Subscribe(new RosSubscription(
            "/t", "std_msgs/msg/String", RosCompression.None, m => received.Enqueue(Encoding.UTF8.GetString(m.Bytes.Span)))
        {
            FragmentSize = 20,
        });
        await _client.OpenAsync(Timeout, Cancellation);
        var session = await SessionAsync("subscribe");
        session.Publish("/t", () => """{"data":"a text that is longer than one fragment"}""", () => [], () => []);

        Assert.True(RosbridgeFixture.Until(_clock, () => !received.IsEmpty));
        Assert.Equal("""{"data":"a text that is longer than one fragment"}""", received.Single());
        Assert.Empty(_rejected);
    }

    [Fact]
    public async Task Receive_StatusNonsenseAndTooMuch_AreCountedAndTheConnectionGoesOn()
    {
        _server.Types["/a"] = "b/C";
        await _client.OpenAsync(Timeout, Cancellation);
        Assert.True((await _client.CallServiceAsync("/rosapi/topic_type", """{"topic":"/a"}""", Timeout, Cancellation)).Succeeded);
        var session = _server.Sessions.Single();
        session.Send("""{"op":"status","level":"error","msg":"no such topic"}""");
        session.Send("nonsense");
        session.Send(new string(' ', 200_000));
        session.Send([1, 2, 3], isBinary: true);
        session.Send("""{"op":"service_response","id":"request:999","service":"/x","values":{},"result":true}""");
        Assert.True(RosbridgeFixture.Until(_clock, () => _rejected.Count == 5));

        Assert.Equal(
            [LinkErrorKind.DeviceError, LinkErrorKind.Corrupt, LinkErrorKind.Overflow, LinkErrorKind.Corrupt, LinkErrorKind.Unexpected],
            _rejected.Select(r => r.Kind));
        Assert.Contains("reports: no such topic", _rejected.First().Sentence);
        Assert.True((await _client.CallServiceAsync("/rosapi/topic_type", """{"topic":"/a"}""", Timeout, Cancellation)).Succeeded);
    }

    private ConcurrentQueue<JsonElement> Answers(string op)
    {
        var answers = new ConcurrentQueue<JsonElement>();
        _server.Unhandled += (_, frame) =>
        {
            if (frame.GetProperty("op").GetString() == op)
                answers.Enqueue(frame);
        };
        return answers;
    }

    private Task<RosbridgeSession> SessionAsync(string op)
    {
        Assert.True(RosbridgeFixture.Until(_clock, () => _server.Log.Any(e => e.Frame.GetProperty("op").GetString() == op)));
        return Task.FromResult(_server.Sessions.Single());
    }
}
