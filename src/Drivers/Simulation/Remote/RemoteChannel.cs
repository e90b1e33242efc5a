using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// The client's end of the simulator's channel. Frames are received by a task of their own; sending does not wait, allocate or
/// throw, and is safe from any thread.
/// </summary>
internal sealed class RemoteChannel(RobotSpec spec, RemoteTruth truth, RemoteCameras cameras, IClock clock) : IFrameHandler,
IAsyncDisposable
{
    private const int ClockExchanges = 16;
    private readonly TripleBuffer<RobotState> _states = new(() => new RobotState(spec.Joints.Count));
    private readonly double[] _numbers = new double[3 * spec.Joints.Count];
    private readonly byte[] _frame = new byte[Frames.HeaderSize + Math.Max(64, spec.Channels.Count * sizeof(double))];
    private readonly RemoteRequests _requests = new();
    private readonly CancellationTokenSource _closing = new();
    private SpinLock _sending = new(enableThreadOwnerTracking: false);
    private Socket? _socket;
    private Task _receiving = Task.CompletedTask;
    private long _offsetNanoseconds;
    private volatile bool _isOpen;
    private volatile bool _hasFault;

    /// <summary>True when the simulator is connected.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>True when the simulator's physics failed since the last reset.</summary>
    public bool HasFault => _hasFault;

    /// <summary>Half of the fastest round trip.</summary>
    public TimeSpan ClockUncertainty { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The newest reading: for one thread.</summary>
    public RobotState LatestState() => _states.Latest();

    /// <summary>Takes over a connected socket, agrees on the robot and on the time, and waits for the first state.</summary>
    public async Task OpenAsync(Socket socket, string identity, CancellationToken cancellationToken)
    {
        _socket = socket;
        socket.Blocking = false;
        _isOpen = true;
        _receiving = ReceiveAsync(socket);
        var welcome = _requests.Begin(FrameKind.Welcome, 0);
        TrySend(FrameKind.Hello, Encoding.UTF8.GetBytes(identity));
        var refusal = await welcome.WaitAsync(cancellationToken);
        if (refusal.Length > 0)
            throw new UserErrorException($"Robot '{spec.Name}': {refusal}; start both with the same configuration.");
        for (var i = 0; i < ClockExchanges; i++)
            await CompareClocksAsync(cancellationToken);
        await _requests.Begin(FrameKind.State, 0).WaitAsync(cancellationToken);
    }

    /// <summary>Starts an episode and waits until its first state is here.</summary>
    public async Task ResetAsync(RandomKey key, CancellationToken cancellationToken)
    {
        var number = _requests.NextNumber();
        var done = _requests.Begin(FrameKind.ResetDone, number);
        TrySend(FrameKind.Reset, MemoryMarshal.AsBytes<long>([number, (long)key.Value]));
        var reason = await done.WaitAsync(cancellationToken);
        if (reason.Length > 0)
            throw new UserErrorException(reason);
    }

    /// <summary>Sends a small frame without waiting; a full or broken connection is a status.</summary>
    public LinkStatus TrySend(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        if (!_isOpen || _socket is not { } socket)
            return LinkStatus.Disconnected;
        var taken = false;
        try
        {
            _sending.Enter(ref taken);
            Frames.WriteHeader(_frame, kind, payload.Length);
            payload.CopyTo(_frame.AsSpan(Frames.HeaderSize));
            var size = Frames.HeaderSize + payload.Length;
            var sent = socket.Send(_frame.AsSpan(0, size), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return LinkStatus.Fault;
            if (error == SocketError.Success && sent == size)
                return LinkStatus.Ok;

            // Half a frame cannot be taken back: the rest of the stream would be misread.
            _isOpen = false;
            return LinkStatus.Disconnected;
        }
        catch (ObjectDisposedException)
        {
            return LinkStatus.Disconnected;
        }
        finally
        {
            if (taken)
                _sending.Exit();
        }
    }

    /// <inheritdoc/>
    public void OnFrame(FrameKind kind, ReadOnlySequence<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.State:
                ReceiveState(payload);
                break;
            case FrameKind.Truth:
                truth.Receive(payload);
                break;
            case FrameKind.Image:
                cameras.Receive(payload, clock.Now, _offsetNanoseconds);
                break;
            case FrameKind.Pong:
                ReceivePong(Frames.NumberAt(payload, 0), Frames.NumberAt(payload, 1));
                break;
            case FrameKind.Fault:
                _hasFault = true;
                break;
            case FrameKind.Welcome:
                _requests.Complete(kind, 0, Frames.TextAfter(payload, 0));
                break;
            case FrameKind.ResetDone:
                _hasFault = false;
                _requests.Complete(kind, Frames.NumberAt(payload, 0), Frames.TextAfter(payload, 1));
                break;
            default:
                throw new IOException($"The simulator sent a frame of kind {(int)kind}, which it should not.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isOpen = false;
        await _closing.CancelAsync();
        await _receiving;
        _socket?.Dispose();
        _closing.Dispose();
    }

    private async Task CompareClocksAsync(CancellationToken cancellationToken)
    {
        var sentAt = clock.Now.Nanoseconds;
        var pong = _requests.Begin(FrameKind.Pong, sentAt);
        TrySend(FrameKind.Ping, MemoryMarshal.AsBytes<long>([sentAt]));
        await pong.WaitAsync(cancellationToken);
    }

    private void ReceivePong(long sentAt, long serverNanoseconds)
    {
        // Cristian's algorithm (1989): the answer was written half a round trip ago, give or take that half.
        var now = clock.Now.Nanoseconds;
        var half = TimeSpan.FromTicks((now - sentAt) / 200);
        if (half < ClockUncertainty)
        {
            ClockUncertainty = half;
            _offsetNanoseconds = ((sentAt + now) / 2) - serverNanoseconds;
        }

        _requests.Complete(FrameKind.Pong, sentAt, "");
    }

    private void ReceiveState(ReadOnlySequence<byte> payload)
    {
        var n = spec.Joints.Count;
        var bytes = payload.Slice(2 * sizeof(long));
        if (bytes.Length != _numbers.Length * sizeof(double))
            throw new IOException($"The simulator sent a reading of {bytes.Length} bytes for {n} joints.");
        bytes.CopyTo(MemoryMarshal.AsBytes(_numbers.AsSpan()));
        var draft = _states.Draft;
        _numbers.AsSpan(0, n).CopyTo(draft.Positions);
        _numbers.AsSpan(n, n).CopyTo(draft.Velocities);
        _numbers.AsSpan(2 * n, n).CopyTo(draft.Efforts);
        draft.Sequence = Frames.NumberAt(payload, 0);
        draft.CapturedAt = new MonotonicTime(Frames.NumberAt(payload, 1) + _offsetNanoseconds);
        draft.ReceivedAt = clock.Now;
        _states.Publish();
        _requests.Complete(FrameKind.State, 0, "");
    }

    private async Task ReceiveAsync(Socket socket)
    {
        var reason = "the simulator has gone";
        try
        {
            await Frames.ReceiveAllAsync(socket, this, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            reason = "the connection to the simulator was closed";
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            reason = $"the simulator has gone: {error.Message}";
        }

        _isOpen = false;
        _requests.Fail($"Robot '{spec.Name}': {reason}; look at what it printed and start it again.");
    }
}
