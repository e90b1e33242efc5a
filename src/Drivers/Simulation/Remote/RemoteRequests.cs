using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>Questions to the simulator that wait for answers. Thread-safe.</summary>
internal sealed class RemoteRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(FrameKind Kind, long Number), TaskCompletionSource<string>> _waiting = [];
    private string? _failure;
    private long _number;

    /// <summary>A number that no other request has.</summary>
    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Waits for an answer; its text is the result. Fails at once when the simulator has gone.</summary>
    public Task<string> Begin(FrameKind kind, long number)
    {
        var source = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_failure is null)
                _waiting[(kind, number)] = source;
            else
                source.SetException(new UserErrorException(_failure));
        }

        return source.Task;
    }

    /// <summary>An answer has come; nobody need be waiting.</summary>
    public void Complete(FrameKind kind, long number, string text)
    {
        lock (_lock)
        {
            if (_waiting.Remove((kind, number), out var source))
                source.SetResult(text);
        }
    }

    /// <summary>No answer will come any more.</summary>
    public void Fail(string message)
    {
        lock (_lock)
        {
            _failure = message;
            foreach (var source in _waiting.Values)
                source.SetException(new UserErrorException(message));
            _waiting.Clear();
        }
    }
}
