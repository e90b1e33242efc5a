using System.Net.Sockets;
using System.Runtime.InteropServices;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Streams;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>One client's time with a world: a physics thread on the wall clock between an inbox and an outbox.</summary>
internal sealed class SimulatorSession : IDisposable
{
    private readonly SimulatedWorld _world;
    private readonly Socket _client;
    private readonly SimulatorServerOptions _options;
    private readonly SystemClock _clock = new();
    private readonly SimulatorInbox _inbox;
    private readonly SimulatorOutbox _outbox = new();
    private readonly IStreamReader<ImageLease>[] _images;
    private readonly RobotState _state;
    private readonly double[] _numbers;
    private readonly double[] _command;
    private readonly double[] _truth;
    private long _leftOutNanoseconds;
    private bool _faultReported;
    private bool _isWelcome;

    public SimulatorSession(SimulatedWorld world, Socket client, SimulatorServerOptions options)
    {
        _world = world;
        _client = client;
        _options = options;
        _inbox = new SimulatorInbox(world.Robot.Spec.Channels.Count);
        _images = [.. world.Cameras.Select(c => c.OpenReader(8))];
        _state = new RobotState(world.Robot.Spec.Joints.Count);
        _numbers = new double[3 * world.Robot.Spec.Joints.Count];
        _command = new double[world.Robot.Spec.Channels.Count];
        _truth = new double[world.Model.StateSize];
    }

    /// <summary>Serves until the client goes or the token ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var physics = Task.Factory.StartNew(
            () => Simulate(ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var sending = _outbox.SendAllAsync(_client, ending.Token);
        var receiving = Frames.ReceiveAllAsync(_client, _inbox, ending.Token);
        await Task.WhenAny(physics, sending, receiving);
        await ending.CancelAsync();
        await physics;
        await Ended(sending);
        await Ended(receiving);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var images in _images)
            images.Dispose();
    }

    /// <summary>A client may go at any moment, in any way: that is the end of a session and no error.</summary>
    private static async Task Ended(Task task)
    {
        await task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (task.Exception?.InnerException is { } error and not (IOException or SocketException))
            throw error;
    }

    private void Simulate(CancellationToken cancellationToken)
    {
        if (_options.Core is { } core)
            RealTime.TryPinCurrentThread(core);
        RealTime.TrySharpenTimers();
        var pacer = new WallPacer(_clock);
        while (!cancellationToken.IsCancellationRequested)
        {
            pacer.WaitUntil(NextTick());
            Answer();
            Obey();
            Advance();
            if (_isWelcome)
                Publish();
            _outbox.Flush();
        }

        _outbox.Complete();
    }

    /// <summary>
    /// Ticks stay multiples of their period after a late one: a physics step that ends on a tick is then reported at once.
    /// </summary>
    private MonotonicTime NextTick()
    {
        var period = _options.Tick.Ticks * 100;
        return new MonotonicTime(((_clock.Now.Nanoseconds / period) + 1) * period);
    }

    private void Answer()
    {
        if (_inbox.TakeGreeting() is { } hash)
        {
            // Data goes only to a client that reads it as it is meant.
            _isWelcome = hash == SimulatorIdentity.From(_world);
            _outbox.Answer(
                FrameKind.Welcome, [], _isWelcome ? "" : "the simulator was started with another model or other options than the program");
        }

        while (_inbox.TryTakePing(out var ping))
            _outbox.Answer(FrameKind.Pong, [ping, _clock.Now.Nanoseconds]);
        while (_inbox.TryTakeReset(out var request))
            Reset(request);
    }

    private void Reset(ResetRequest request)
    {
        var reason = "";
        try
        {
            _world.Reset(request.Key);
            _faultReported = false;
        }
        catch (UserErrorException error)
        {
            reason = error.Message;
        }

        // The new episode's state goes first, so that nobody who has seen the answer reads the old one.
        PublishState();
        _outbox.Answer(FrameKind.ResetDone, [request.Number], reason);
    }

    private void Obey()
    {
        if (_inbox.TryTakeCommand(_command))
            _world.Send(_command);
        if (_inbox.TryTakeStop())
            _world.Halt();
    }

    private void Advance()
    {
        var now = _clock.Now.Nanoseconds - _leftOutNanoseconds;
        var behind = now - _world.Now.Nanoseconds - (_options.MaximumLag.Ticks * 100);
        if (behind > 0)
        {
            _leftOutNanoseconds += behind;
            now -= behind;
        }

        _world.AdvanceTo(new MonotonicTime(now));
    }

    private void Publish()
    {
        if (_world.HasFailed)
        {
            if (!_faultReported)
                _outbox.Answer(FrameKind.Fault, []);
            _faultReported = true;
            return;
        }

        if (_world.Read(_state) == LinkStatus.Ok)
            SendState();
        for (var i = 0; i < _images.Length; i++)
        {
            while (_images[i].TryRead(out var image))
            {
                _outbox.Data(FrameKind.Image, [i, image.Sequence, OnTheClock(image.CapturedAt)], image.Value.Bytes);
                image.Value.Dispose();
            }
        }
    }

    private void PublishState()
    {
        if (_world.Read(_state) is LinkStatus.Ok or LinkStatus.Stale)
            SendState();
    }

    private void SendState()
    {
        var n = _state.Positions.Length;
        _state.Positions.CopyTo(_numbers, 0);
        _state.Velocities.CopyTo(_numbers, n);
        _state.Efforts.CopyTo(_numbers, 2 * n);
        _outbox.Data(FrameKind.State, [_state.Sequence, OnTheClock(_state.CapturedAt)], MemoryMarshal.AsBytes(_numbers.AsSpan()));
        _world.Data.GetState(_truth);
        _outbox.Data(FrameKind.Truth, [], MemoryMarshal.AsBytes(_truth.AsSpan()));
    }

    private long OnTheClock(MonotonicTime simulated) => simulated.Nanoseconds + _leftOutNanoseconds;
}
