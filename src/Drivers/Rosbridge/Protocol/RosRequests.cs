using System.Collections.Concurrent;
using System.Text.Json;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>Status of a goal, as ROS 2 counts them.</summary>
public enum RosGoalStatus
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Accepted.</summary>
    Accepted = 1,

    /// <summary>Being carried out.</summary>
    Executing = 2,

    /// <summary>Being cancelled.</summary>
    Canceling = 3,

    /// <summary>Reached.</summary>
    Succeeded = 4,

    /// <summary>Cancelled.</summary>
    Canceled = 5,

    /// <summary>Given up by the server.</summary>
    Aborted = 6,
}

/// <summary>Reply to a service call or a goal. Immutable.</summary>
/// <param name="Succeeded">False when the call failed; <paramref name="Values"/> is then the error's text.</param>
/// <param name="Values">The reply's fields.</param>
/// <param name="Status">Status of a goal; unknown for a service.</param>
internal sealed record RosReply(bool Succeeded, JsonElement Values, RosGoalStatus Status)
{
    /// <summary>The error's text.</summary>
    public string Error => Values.ValueKind == JsonValueKind.String ? Values.GetString()! : Values.ToString();
}

/// <summary>
/// Requests that wait for their replies. All fail when the connection ends: their ids mean nothing to the next. Thread-safe.
/// </summary>
internal sealed class RosRequests
{
    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>Registers a request.</summary>
    /// <param name="feedback">Called for each feedback; null for none.</param>
    /// <returns>Its id, and the reply to come.</returns>
    public (string Id, Task<RosReply> Reply) Add(Action<JsonElement>? feedback = null)
    {
        var id = $"request:{Interlocked.Increment(ref _count)}";
        var pending = new Pending(feedback);
        _pending[id] = pending;
        return (id, pending.Reply.Task);
    }

    /// <summary>Forgets a request: its reply would be late.</summary>
    public void Forget(string id) => _pending.TryRemove(id, out _);

    /// <summary>Hands a reply over; false when nobody waits for it.</summary>
    public bool Complete(string? id, RosReply reply) =>
        id is not null && _pending.TryRemove(id, out var pending) && pending.Reply.TrySetResult(reply);

    /// <summary>Hands a feedback over; false when nobody waits for it.</summary>
    public bool Feed(string? id, JsonElement values)
    {
        if (id is null || !_pending.TryGetValue(id, out var pending))
            return false;
        pending.Feedback?.Invoke(values);
        return true;
    }

    /// <summary>Fails all requests.</summary>
    public void FailAll(string reason)
    {
        foreach (var id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out var pending))
                pending.Reply.TrySetException(new IOException(reason));
        }
    }

    /// <summary>A JSON value that outlives the frame; an empty object for none.</summary>
    public static JsonElement ElementOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json.IsEmpty ? "{}"u8.ToArray() : json);
        return document.RootElement.Clone();
    }

    private sealed record Pending(Action<JsonElement>? Feedback)
    {
        public TaskCompletionSource<RosReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
