using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Rosbridge;

/// <summary>
/// A rosbridge server with an emulated arm behind it: JointState with the joints in another order and one more, commands as
/// Float64MultiArray or JointTrajectory, a torque service, rosapi's topic_type, and a FollowJointTrajectory action. Its clock is 3 s ahead
/// and drifts by 100 ppm.
/// </summary>
public sealed class EmulatedRosbridge : IAsyncDisposable
{
    private const long StampOrigin = 1_764_500_003_000_000_000;
    private readonly EmulatedArm? _arm;
    private readonly string[] _joints;
    private readonly SystemClock _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<RosbridgeSession, Task> _sessions = new();
    private readonly Task _publishing;
    private TcpListener _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Starts the server on a free port of the loopback.</summary>
    public EmulatedRosbridge(EmulatedArm? arm, IEnumerable<string> joints, SystemClock clock, RandomKey key)
    {
        (_arm, _joints, _clock) = (arm, [.. joints], clock);
        Faults = new EmulatorFaults(key);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
        _publishing = Task.Factory.StartNew(PublishStates, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public int Port { get; }

    public string Address => $"ws://127.0.0.1:{Port}";

    public EmulatorFaults Faults { get; }

    /// <summary>All frames that arrived, in order.</summary>
    public ConcurrentQueue<(MonotonicTime At, JsonElement Frame)> Log { get; } = new();

    /// <summary>Types that rosapi tells, by topic; empty for a server without rosapi.</summary>
    public ConcurrentDictionary<string, string> Types { get; } = new();

    /// <summary>Called for frames that the emulator itself does not answer.</summary>
    public Action<RosbridgeSession, JsonElement> Unhandled { get; set; } = (_, _) => { };

    public bool IsRos1 { get; set; }

    /// <summary>True while states are published.</summary>
    public bool HasStates { get; set; } = true;

    public bool HasTorque { get; private set; }

    /// <summary>Clients that are connected.</summary>
    public IEnumerable<RosbridgeSession> Sessions => _sessions.Keys;

    /// <summary>The robot's clock now, ns.</summary>
    public long Stamp => StampOrigin + (long)(_clock.Now.Nanoseconds * (1 + 100e-6)) + (Faults.ClockJump.Ticks * 100);

    /// <summary>Sends an image to its subscribers.</summary>
    public void Publish(string topic, WireImage image)
    {
        foreach (var session in Sessions)
            session.Publish(topic, image.Json, image.Cbor, image.Cdr);
    }

    /// <summary>Ends all connections as a server that is killed, and listens again only after <see cref="ListenAgain"/>.</summary>
    public async Task StopListeningAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var session in Sessions)
            session.Dispose();
        await Task.WhenAll(_sessions.Values);
    }

    public void ListenAgain()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _publishing;
        await StopListeningAsync();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var listener = _listener;
        try
        {
            while (true)
            {
                var tcp = await listener.AcceptTcpClientAsync();
                tcp.NoDelay = true;
                var session = new RosbridgeSession(tcp);
                _sessions[session] = Task.Run(async () =>
                {
                    await session.RunAsync(Handle);
                    _sessions.TryRemove(session, out _);
                });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private void Handle(RosbridgeSession session, JsonElement frame)
    {
        Log.Enqueue((_clock.Now, frame));
        switch (frame.GetProperty("op").GetString())
        {
            case "subscribe":
                session.Subscriptions[frame.GetProperty("topic").GetString()!] = frame;
                break;
            case "unsubscribe":
                session.Subscriptions.TryRemove(frame.GetProperty("topic").GetString()!, out _);
                break;
            case "advertise":
                session.Advertised[frame.GetProperty("topic").GetString()!] = "advertise";
                break;
            case "publish":
                Obey(frame.GetProperty("msg"));
                break;
            case "call_service" when Serve(frame) is { } values:
                var (id, service) = (frame.GetProperty("id"), frame.GetProperty("service"));
                var result = values[0] == '{' ? "true" : "false";
                session.Send($$"""{"op":"service_response","id":"{{id}}","service":"{{service}}","values":{{values}},"result":{{result}}}""");
                break;
            default:
                Unhandled(session, frame);
                break;
        }
    }

    private string? Serve(JsonElement frame)
    {
        var args = frame.TryGetProperty("args", out var given) ? given : default;
        switch (frame.GetProperty("service").GetString())
        {
            case "/rosapi/topic_type":
                return Types.IsEmpty
                    ? "\"Service /rosapi/topic_type does not exist\""
                    : $$"""{"type":"{{Types.GetValueOrDefault(args.GetProperty("topic").GetString()!, "")}}"}""";
            case "/arm/torque":
                HasTorque = args.GetProperty("data").GetBoolean();
                for (var i = 0; i < _arm!.Count; i++)
                {
                    _arm.SetGoal(i, _arm.Read(i).Position);
                    _arm.SetTorque(i, HasTorque);
                }

                return """{"success":true,"message":""}""";
            default:
                return null;
        }
    }

    private void Obey(JsonElement message)
    {
        if (_arm is null)
            return;
        if (message.TryGetProperty("data", out var data))
        {
            var values = data.EnumerateArray().Select(v => v.GetDouble()).ToArray();
            for (var i = 0; i < values.Length; i++)
                _arm.SetGoal(i, values[i]);
        }
        else if (message.TryGetProperty("joint_names", out var names))
        {
            var point = message.GetProperty("points").EnumerateArray().Last().GetProperty("positions").EnumerateArray().ToArray();
            foreach (var (name, position) in names.EnumerateArray().Zip(point))
                _arm.SetGoal(Array.IndexOf(_joints, name.GetString()), position.GetDouble());
        }
    }

    private void PublishStates()
    {
        var pacer = new WallPacer(_clock);
        var next = _clock.Now;
        while (!_ending.IsCancellationRequested)
        {
            next += TimeSpan.FromMilliseconds(5);
            pacer.WaitUntil(next);
            if (_arm is null || !HasStates)
                continue;
            var joints = Enumerable.Range(0, _arm.Count).Select(_arm.Read).Reverse().ToArray();
            string[] names = [.. _joints.Reverse(), "head_pan"];
            var state = new WireJointState(
                Stamp, names, [.. joints.Select(j => j.Position), 0], [.. joints.Select(j => j.Velocity), 0], []);
            if (Faults.IsHalfOpen || Faults.IsStalled)
                continue;
            foreach (var session in Sessions)
                session.Publish("/joint_states", () => state.Json(IsRos1), state.Cbor, state.Cdr);
        }
    }
}
