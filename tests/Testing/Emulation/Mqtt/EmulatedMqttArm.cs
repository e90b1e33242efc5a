using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using MQTTnet;
using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Mqtt;

/// <summary>
/// A device behind a broker: publishes the states of an emulated arm and obeys commands as docs/drivers/mqtt.md asks. It discards
/// retained, old and expired commands, and stops by itself when none comes for its time-out. Reads and writes bytes by its own code.
/// </summary>
public sealed class EmulatedMqttArm : IAsyncDisposable
{
    private const double DriftPpm = 100;
    private const long StampOrigin = 1_764_500_003_000_000_000;
    private readonly EmulatedArm _arm;
    private readonly SystemClock _clock;
    private readonly string _prefix;
    private readonly bool _isBinary;
    private readonly TimeSpan _timeout;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private Task _loop = Task.CompletedTask;
    private bool _isEnabled;
    private bool _isMoving;
    private MonotonicTime _movedAt;
    private uint _lastCommand;
    private long _leastLag = long.MaxValue;
    private uint _sequence;

    private EmulatedMqttArm(EmulatedArm arm, SystemClock clock, string prefix, bool isBinary, TimeSpan timeout, RandomKey key)
    {
        (_arm, _clock, _prefix, _isBinary, _timeout) = (arm, clock, prefix, isBinary, timeout);
        Faults = new EmulatorFaults(key);
        _client.ApplicationMessageReceivedAsync += e =>
        {
            if (Faults.Receive(e.ApplicationMessage.Payload.ToArray()) is { } payload)
                Obey(payload, e.ApplicationMessage.Retain);
            return Task.CompletedTask;
        };
    }

    /// <summary>Faults to inject. The device's clock is 3 s ahead and drifts by 100 ppm to begin with.</summary>
    public EmulatorFaults Faults { get; }

    /// <summary>True while the device's emergency stop is pressed.</summary>
    public bool IsEmergencyStopped { get; set; }

    /// <summary>All commands that arrived, in order.</summary>
    public ConcurrentQueue<DeviceCommand> Log { get; } = new();

    /// <summary>Times the device stopped because no command came.</summary>
    public int WatchdogStops { get; private set; }

    /// <summary>Starts the device.</summary>
    /// <param name="arm">The physics.</param>
    /// <param name="clock">The emulator's clock.</param>
    /// <param name="port">The broker's port on the loopback.</param>
    /// <param name="prefix">Topics are PREFIX/state and PREFIX/command.</param>
    /// <param name="isBinary">Binary instead of JSON.</param>
    /// <param name="timeout">Time without a command after which it stops.</param>
    /// <param name="key">Randomness of its faults.</param>
    public static async Task<EmulatedMqttArm> StartAsync(
        EmulatedArm arm, SystemClock clock, int port, string prefix, bool isBinary, TimeSpan timeout, RandomKey key)
    {
        var device = new EmulatedMqttArm(arm, clock, prefix, isBinary, timeout, key);
        await device.ConnectAsync(port);
        device._loop = Task.Factory.StartNew(
            device.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return device;
    }

    /// <summary>Connects to the broker, for the first time or again.</summary>
    public async Task ConnectAsync(int port)
    {
        await _client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId($"device-{_prefix}")
            .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).Build());
        await _client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter($"{_prefix}/command").Build());
    }

    /// <summary>The device starts again: its counters and its torque are gone.</summary>
    public void Restart()
    {
        lock (_lock)
            (_sequence, _lastCommand, _leastLag, _isEnabled, _isMoving) = (0, 0, long.MaxValue, false, false);
        for (var i = 0; i < _arm.Count; i++)
            _arm.SetTorque(i, false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _loop;
        _client.Dispose();
        _ending.Dispose();
    }

    private void Obey(byte[] payload, bool isRetained)
    {
        var now = _clock.Now;
        var command = DeviceCommand.Read(payload, _isBinary) with { At = now };
        if (command.Kind == "unreadable")
        {
            Log.Enqueue(command);
            return;
        }

        lock (_lock)
        {
            var lag = (now.Nanoseconds / 1_000_000) - (command.Stamp / 1_000_000);
            _leastLag = Math.Min(_leastLag, lag);
            var verdict = isRetained ? "retained"
                : command.Kind != "enable" && command.Sequence <= _lastCommand ? "old" // enabling starts a new count
                : lag - _leastLag > command.ValidMs ? "expired" : "obeyed";
            Log.Enqueue(command with { Verdict = verdict });
            if (verdict != "obeyed")
                return;
            _lastCommand = command.Sequence;
            Carry(command, now);
        }
    }

    private void Carry(DeviceCommand command, MonotonicTime now)
    {
        switch (command.Kind)
        {
            case "move" when _isEnabled && command.Values.Length == _arm.Count:
                for (var i = 0; i < _arm.Count; i++)
                    _arm.SetGoal(i, command.Values[i]);
                (_isMoving, _movedAt) = (true, now);
                break;
            case "stop":
                Stop();
                break;
            case "enable":
                Stop();
                SwitchTorque(true);
                break;
            case "release":
                SwitchTorque(false);
                break;
        }
    }

    private void Stop()
    {
        _isMoving = false;
        for (var i = 0; i < _arm.Count; i++)
            _arm.SetGoal(i, _arm.Read(i).Position);
    }

    private void SwitchTorque(bool on)
    {
        _isEnabled = on;
        for (var i = 0; i < _arm.Count; i++)
            _arm.SetTorque(i, on);
    }

    private void Run()
    {
        var pacer = new WallPacer(_clock);
        var next = _clock.Now;
        while (!_ending.IsCancellationRequested)
        {
            next += TimeSpan.FromMilliseconds(5);
            pacer.WaitUntil(next);
            lock (_lock)
            {
                if (_isMoving && _clock.Now - _movedAt > _timeout)
                {
                    WatchdogStops++;
                    Stop();
                }
            }

            PublishState();
        }
    }

    private void PublishState()
    {
        var now = _clock.Now;
        var stamp = StampOrigin + (long)(now.Nanoseconds * (1 + (DriftPpm * 1e-6))) + (Faults.ClockJump.Ticks * 100);
        byte[] payload;
        lock (_lock)
        {
            _sequence++;
            payload = _isBinary ? Binary(stamp) : Encoding.UTF8.GetBytes(Json(stamp));
        }

        foreach (var message in Faults.Send(payload, now))
            Send(message.Bytes);
    }

    private void Send(byte[] payload)
    {
        try
        {
            var message = new MqttApplicationMessage { Topic = $"{_prefix}/state", PayloadSegment = payload };
            _client.PublishAsync(message).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException or IOException)
        {
            // The broker is away; the next state finds it or not.
        }
    }

    private string Json(long stamp)
    {
        var joints = Enumerable.Range(0, _arm.Count).Select(_arm.Read).ToArray();
        string List(Func<(double Position, double Velocity, double Effort), double> of) =>
            string.Join(",", joints.Select(j => of(j).ToString("R", CultureInfo.InvariantCulture)));
        return $$"""
            {"seq":{{_sequence}},"stamp_ns":{{stamp}},"position":[{{List(j => j.Position)}}],"velocity":[{{List(j => j.Velocity)}}],
             "effort":[{{List(j => j.Effort)}}],"enabled":{{(_isEnabled ? "true" : "false")}},
             "estop":{{(IsEmergencyStopped ? "true" : "false")}},"firmware":"emulated 1.0"}
            """;
    }

    private byte[] Binary(long stamp)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)1);
        writer.Write((byte)_arm.Count);
        writer.Write((ushort)((_isEnabled ? 1 : 0) | (IsEmergencyStopped ? 2 : 0) | 8));
        writer.Write(_sequence);
        writer.Write(stamp);
        for (var i = 0; i < _arm.Count; i++)
            writer.Write((float)_arm.Read(i).Position);
        for (var i = 0; i < _arm.Count; i++)
            writer.Write((float)_arm.Read(i).Velocity);
        return stream.ToArray();
    }
}
