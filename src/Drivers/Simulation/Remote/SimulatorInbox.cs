using System.Buffers;
using System.Runtime.InteropServices;
using Robotics.Core.Randomness;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>A request to start an episode.</summary>
/// <param name="Number">The client's number for it.</param>
/// <param name="Key">The episode's randomness.</param>
internal readonly record struct ResetRequest(long Number, RandomKey Key);

/// <summary>Messages of the client that the physics thread has not yet taken. Thread-safe: one writer, one reader.</summary>
internal sealed class SimulatorInbox(int channels) : IFrameHandler
{
    private readonly Lock _lock = new();
    private readonly double[] _command = new double[channels];
    private readonly Queue<ResetRequest> _resets = new();
    private readonly Queue<long> _pings = new();
    private bool _hasCommand;
    private bool _hasStop;
    private string? _greeting;

    /// <inheritdoc/>
    public void OnFrame(FrameKind kind, ReadOnlySequence<byte> payload)
    {
        lock (_lock)
        {
            switch (kind)
            {
                case FrameKind.Hello:
                    _greeting = Frames.TextAfter(payload, 0);
                    break;
                case FrameKind.Command when payload.Length == channels * sizeof(double):
                    payload.CopyTo(MemoryMarshal.AsBytes(_command.AsSpan()));
                    (_hasCommand, _hasStop) = (true, false);
                    break;
                case FrameKind.Stop:
                    (_hasCommand, _hasStop) = (false, true);
                    break;
                case FrameKind.Reset:
                    // A command from before the reset belongs to the old episode.
                    (_hasCommand, _hasStop) = (false, false);
                    _resets.Enqueue(new ResetRequest(Frames.NumberAt(payload, 0), new RandomKey((ulong)Frames.NumberAt(payload, 1))));
                    break;
                case FrameKind.Ping:
                    _pings.Enqueue(Frames.NumberAt(payload, 0));
                    break;
                default:
                    throw new IOException(
                        $"The simulator's client sent a frame of kind {(int)kind} with {payload.Length} bytes, which it should not.");
            }
        }
    }

    /// <summary>The newest command since the last call.</summary>
    public bool TryTakeCommand(Span<double> into)
    {
        lock (_lock)
        {
            if (!_hasCommand)
                return false;
            _hasCommand = false;
            _command.CopyTo(into);
            return true;
        }
    }

    /// <summary>True when the client asked for rest after its last command.</summary>
    public bool TryTakeStop()
    {
        lock (_lock)
        {
            var stop = _hasStop;
            _hasStop = false;
            return stop;
        }
    }

    /// <summary>The oldest request to start an episode.</summary>
    public bool TryTakeReset(out ResetRequest request)
    {
        lock (_lock)
            return _resets.TryDequeue(out request);
    }

    /// <summary>The oldest question for the time.</summary>
    public bool TryTakePing(out long clientNanoseconds)
    {
        lock (_lock)
            return _pings.TryDequeue(out clientNanoseconds);
    }

    /// <summary>The client's idea of the simulator, once.</summary>
    public string? TakeGreeting()
    {
        lock (_lock)
        {
            var greeting = _greeting;
            _greeting = null;
            return greeting;
        }
    }
}
