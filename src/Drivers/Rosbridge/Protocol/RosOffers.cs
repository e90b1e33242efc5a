using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>Services and actions that a client offers: advertised at each opening, served beside the receiver. Thread-safe.</summary>
/// <param name="client">The client that sends the replies.</param>
internal sealed class RosOffers(RosbridgeClient client)
{
    private readonly ConcurrentDictionary<string, Func<JsonElement, Task<string>>> _services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<RosGoal, Task<string>>> _actions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _goals = new(StringComparer.Ordinal);

    /// <summary>Offers a service, from the next opening on.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="serve">
    /// Takes the request and returns the reply's fields, JSON; a <see cref="UserErrorException"/> is the error's text.
    /// </param>
    public void AddService(string service, string type, Func<JsonElement, Task<string>> serve)
    {
        _services[service] = serve;
        client.Register(RosbridgeFrame.Write("advertise_service", w =>
        {
            w.WriteString("type", type);
            w.WriteString("service", service);
        }));
    }

    /// <summary>Offers an action of ROS 2, from the next opening on.</summary>
    /// <param name="action">Its name.</param>
    /// <param name="type">Its type.</param>
    /// <param name="serve">
    /// Carries the goal out and returns the result's fields, JSON. A <see cref="UserErrorException"/> aborts the goal; when the goal is
    /// cancelled, an <see cref="OperationCanceledException"/> is the right answer.
    /// </param>
    public void AddAction(string action, string type, Func<RosGoal, Task<string>> serve)
    {
        _actions[action] = serve;
        client.Register(RosbridgeFrame.Write("advertise_action", w =>
        {
            w.WriteString("type", type);
            w.WriteString("action", action);
        }));
    }

    /// <summary>Serves a frame; false when it asks for nothing that is offered. Returns at once.</summary>
    public bool TryHandle(RosbridgeFrame frame)
    {
        var name = Encoding.UTF8.GetString(frame.Name.Span);
        switch (frame.Op)
        {
            case "call_service" when _services.TryGetValue(name, out var serve):
                _ = ServeAsync(name, frame.Id, RosRequests.ElementOf(frame.Payload), serve);
                return true;
            case "send_action_goal" when frame.Id is not null && _actions.TryGetValue(name, out var serve):
                _ = CarryOutAsync(name, frame.Id, RosRequests.ElementOf(frame.Payload), serve);
                return true;
            case "cancel_action_goal" when frame.Id is not null && _goals.TryGetValue(frame.Id, out var goal):
                _ = goal.CancelAsync();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Cancels all goals: the connection that they came by is gone.</summary>
    public void CancelAll()
    {
        foreach (var goal in _goals.Values)
            _ = goal.CancelAsync();
    }

    private async Task ServeAsync(string service, string? id, JsonElement args, Func<JsonElement, Task<string>> serve)
    {
        await Task.Yield(); // The receiver goes on.
        var (values, result) = ("{}", true);
        try
        {
            values = await serve(args);
        }
        catch (UserErrorException e)
        {
            (values, result) = (Quote(e.Message), false);
        }

        await SendAsync(RosbridgeFrame.Write("service_response", w =>
        {
            if (id is not null)
                w.WriteString("id", id);
            w.WriteString("service", service);
            w.WritePropertyName("values");
            w.WriteRawValue(values);
            w.WriteBoolean("result", result);
        }));
    }

    private async Task CarryOutAsync(string action, string id, JsonElement args, Func<RosGoal, Task<string>> serve)
    {
        await Task.Yield();
        var cancelled = new CancellationTokenSource(); // Not disposed: whoever cancels may still hold it.
        if (!_goals.TryAdd(id, cancelled))
            return;
        var (values, result, status) = ("{}", true, RosGoalStatus.Succeeded);
        try
        {
            values = await serve(new RosGoal(args, v => SendAsync(Answer("action_feedback", action, id, v)), cancelled.Token));
            status = cancelled.IsCancellationRequested ? RosGoalStatus.Canceled : RosGoalStatus.Succeeded;
        }
        catch (OperationCanceledException)
        {
            status = RosGoalStatus.Canceled;
        }
        catch (UserErrorException e)
        {
            (values, result, status) = (Quote(e.Message), false, RosGoalStatus.Aborted);
        }

        _goals.TryRemove(id, out _);
        await SendAsync(Answer("action_result", action, id, values, w =>
        {
            w.WriteNumber("status", (int)status);
            w.WriteBoolean("result", result);
        }));
    }

    private static byte[] Answer(string op, string action, string id, string values, Action<Utf8JsonWriter>? write = null) =>
        RosbridgeFrame.Write(op, w =>
        {
            w.WriteString("id", id);
            w.WriteString("action", action);
            w.WritePropertyName("values");
            w.WriteRawValue(values);
            write?.Invoke(w);
        });

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private async Task SendAsync(byte[] frame)
    {
        try
        {
            await client.SendAsync(frame, CancellationToken.None);
        }
        catch (Exception e) when (RosbridgeSocket.IsOfConnection(e))
        {
            // Whoever asked is no longer there.
        }
    }
}
