using System.Text.Json;
using Robotics.Drivers.Rosbridge.Messages;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>
/// A client of an action of ROS 1: rosbridge has no operations for those, they are the topics goal, cancel, feedback and result of
/// actionlib. Made before the rosbridge client is opened. Goals may overlap; thread-safe.
/// </summary>
internal sealed class Ros1Action
{
    private readonly RosbridgeClient _client;
    private readonly string _action;

    /// <summary>Registers the action's topics.</summary>
    /// <param name="client">The client.</param>
    /// <param name="action">Name of the action.</param>
    /// <param name="type">Its type, for instance control_msgs/FollowJointTrajectory.</param>
    public Ros1Action(RosbridgeClient client, string action, string type)
    {
        (_client, _action) = (client, action);
        var name = RosTypes.Short(type);
        client.Advertise($"{action}/goal", $"{name}ActionGoal");
        client.Advertise($"{action}/cancel", "actionlib_msgs/GoalID");
        client.Subscribe(new RosSubscription(
            $"{action}/feedback", $"{name}ActionFeedback", RosCompression.None, m => Receive(m, isResult: false)));
        client.Subscribe(new RosSubscription(
            $"{action}/result", $"{name}ActionResult", RosCompression.None, m => Receive(m, isResult: true))
        {
            QueueLength = 10, // the result of one goal must not replace that of another
        });
    }

    /// <summary>Sends a goal and waits for its result. Cancelling cancels the goal.</summary>
    /// <param name="goal">Fields of the goal, JSON.</param>
    /// <param name="feedback">Called for each feedback, on the receiver.</param>
    /// <param name="timeout">Time to wait for the result.</param>
    /// <param name="cancellationToken">Cancels the goal.</param>
    /// <exception cref="TimeoutException">No result came in time; the goal was cancelled.</exception>
    public async Task<RosReply> SendGoalAsync(
        string goal, Action<JsonElement>? feedback, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (id, reply) = _client.Requests.Add(feedback);
        try
        {
            var message = $$$"""{"goal_id":{"stamp":{"secs":0,"nsecs":0},"id":"{{{id}}}"},"goal":{{{goal}}}}""";
            await PublishAsync("goal", message, cancellationToken);
            return await reply.WaitAsync(timeout, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await PublishAsync("cancel", $$$"""{"stamp":{"secs":0,"nsecs":0},"id":"{{{id}}}"}""", CancellationToken.None);
            throw;
        }
        finally
        {
            _client.Requests.Forget(id);
        }
    }

    private Task PublishAsync(string topic, string message, CancellationToken cancellationToken) =>
        _client.SendAsync(
            RosbridgeFrame.Write("publish", w =>
            {
                w.WriteString("topic", $"{_action}/{topic}");
                w.WritePropertyName("msg");
                w.WriteRawValue(message);
            }),
            cancellationToken);

    private void Receive(RosMessage message, bool isResult)
    {
        var root = RosRequests.ElementOf(message.Bytes);
        if (message.Encoding != RosEncoding.Json || root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object
            || !status.TryGetProperty("goal_id", out var goal) || goal.ValueKind != JsonValueKind.Object
            || !goal.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String
            || !root.TryGetProperty(isResult ? "result" : "feedback", out var values))
            return;
        if (isResult)
            _client.Requests.Complete(id.GetString()!, new RosReply(true, values.Clone(), StatusOf(status)));
        else
            _client.Requests.Feed(id.GetString()!, values.Clone());
    }

    /// <summary>actionlib_msgs/GoalStatus: 2 preempted, 3 succeeded, 4 aborted, 5 rejected, 8 recalled.</summary>
    private static RosGoalStatus StatusOf(JsonElement status)
    {
        var value = 0;
        if (status.TryGetProperty("status", out var code) && code.ValueKind == JsonValueKind.Number)
            code.TryGetInt32(out value);
        return value switch
        {
            2 or 8 => RosGoalStatus.Canceled,
            3 => RosGoalStatus.Succeeded,
            4 or 5 => RosGoalStatus.Aborted,
            _ => RosGoalStatus.Unknown,
        };
    }
}
