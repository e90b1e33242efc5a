using MQTTnet;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Devices;

namespace Robotics.Drivers.Mqtt;

/// <summary>A robot behind an MQTT broker; <c>docs/drivers/mqtt.md</c> says what the device has to publish and to obey.</summary>
public sealed class MqttDriver : StreamingDriver
{
    private static readonly TimeSpan LongestWatchdog = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ConfirmationPeriod = TimeSpan.FromMilliseconds(200);
    private const int ConfirmationAttempts = 10;
    private readonly MqttOptions _options;
    private readonly MqttSecurity _security;
    private readonly IMqttCodec _codec;
    private readonly JointReadings _readings;
    private readonly MqttState _message;
    private readonly double[] _command;
    private readonly long _utcOrigin;
    private readonly ClockMap _clockMap;
    private readonly Lock _receiving = new();
    private SequenceFilter _sequences;
    private TaskCompletionSource<bool>? _confirmation;
    private MqttConnection? _connection;
    private bool _wantsTorque;
    private uint _sequence;

    /// <summary>Reads the robot's file; nothing is opened yet.</summary>
    /// <exception cref="UserErrorException">The section <c>connection</c> is wrong, or a file that it names.</exception>
    public MqttDriver(RobotDefinition definition, SystemClock clock)
        : this(definition, definition.Connection<MqttOptions>(), clock)
    {
    }

    private MqttDriver(RobotDefinition definition, MqttOptions options, SystemClock clock)
        : base(definition, SpecOf(definition, options), clock)
    {
        _options = options;
        _security = new MqttSecurity(definition, options);
        _codec = CreateCodec();
        _readings = new JointReadings(definition.Joints);
        _message = new MqttState(definition.Joints.Count);
        _command = new double[definition.Joints.Count];
        _utcOrigin = (clock.StartedAtUtc - DateTimeOffset.UnixEpoch).Ticks * 100;
        _clockMap = new ClockMap(new ClockMapOptions { MinimumDelay = options.MinimumDelay });
    }

    /// <summary>Jumps of the device's clock so far.</summary>
    internal long ClockJumps => _clockMap.Jumps;

    /// <inheritdoc/>
    private protected override TimeSpan StateTimeout => _options.StateTimeout;

    /// <inheritdoc/>
    private protected override async Task OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new MqttConnection(
            _options, _security, _options.ClientId ?? $"robotics-{Definition.Name}", Receive, Break);
        Volatile.Write(ref _connection, connection);
        _sequences = default;
        await connection.OpenAsync(cancellationToken);
    }

    /// <inheritdoc/>
    private protected override async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
            await connection.DisposeAsync();
    }

    /// <inheritdoc/>
    private protected override string DescribeSilence() =>
        $"no state came on the topic '{_options.StateTopic}' of the MQTT broker {_options.Host} for " +
        $"{_options.StateTimeout.TotalSeconds} s; " +
        "check that the device is on and that 'state_topic' is the one it publishes.";

    /// <inheritdoc/>
    private protected override Task TorqueOnAsync(CancellationToken cancellationToken) =>
        ConfirmAsync(MqttCommandKind.Enable, torque: true, cancellationToken);

    /// <inheritdoc/>
    private protected override Task TorqueOffAsync(CancellationToken cancellationToken) =>
        ConfirmAsync(MqttCommandKind.Release, torque: false, cancellationToken);

    /// <inheritdoc/>
    private protected override ExchangeStatus SendCommand(ReadOnlySpan<double> command, MonotonicTime at)
    {
        for (var i = 0; i < command.Length; i++)
            _command[i] = _readings.ToReading(i, command[i]);
        return Send(MqttCommandKind.Move, at, _command);
    }

    /// <inheritdoc/>
    private protected override ExchangeStatus SendStop() => Send(MqttCommandKind.Stop, Clock.Now, []);

    private static RobotSpec SpecOf(RobotDefinition definition, MqttOptions options) =>
        options.ReceiverTimeout is { } timeout && timeout <= LongestWatchdog
            ? definition.ToSpec(CommandLossBehaviour.Stops, timeout.TotalSeconds)
            : definition.ToSpec(CommandLossBehaviour.KeepsLastCommand, double.PositiveInfinity);

    private IMqttCodec CreateCodec() => _options.Format == MqttPayloadFormat.Json
        ? new JsonMqttCodec()
        : new BinaryMqttCodec(Definition.Joints.Count, _options.Numbers);

    private MqttCommandHeader HeaderOf(MqttCommandKind kind, MonotonicTime at) => new(
        kind, Interlocked.Increment(ref _sequence), _utcOrigin + at.Nanoseconds, (int)_options.Valid.TotalMilliseconds);

    private ExchangeStatus Send(MqttCommandKind kind, MonotonicTime at, ReadOnlySpan<double> values) =>
        Volatile.Read(ref _connection) is { } connection && connection.Publish(_codec.Write(HeaderOf(kind, at), values))
            ? ExchangeStatus.Ok
            : ExchangeStatus.Broken;

    /// <summary>Asks for torque on or off until a state says so: a message of QoS 0 may be lost.</summary>
    private async Task ConfirmAsync(MqttCommandKind kind, bool torque, CancellationToken cancellationToken)
    {
        var confirmation = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_receiving)
            (_wantsTorque, _confirmation) = (torque, confirmation);
        var codec = CreateCodec(); // The driver's own belongs to the sender thread.
        for (var i = 0; i < ConfirmationAttempts; i++)
        {
            if (Volatile.Read(ref _connection) is not { } connection)
                break;
            try
            {
                await connection.PublishAsync(codec.Write(HeaderOf(kind, Clock.Now), []), cancellationToken);
                await confirmation.Task.WaitAsync(ConfirmationPeriod, cancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                // Asked again.
            }
            catch (Exception e) when (e is MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException)
            {
                throw new UserErrorException($"the connection to the MQTT broker {_options.Host} ended: {e.Message.TrimEnd('.')}.", e);
            }
        }

        throw new UserErrorException(
            $"robot '{Definition.Name}' does not confirm that its torque is {(torque ? "on" : "off")}: no state on " +
            $"'{_options.StateTopic}' says " +
            $"so {ConfirmationPeriod.TotalSeconds * ConfirmationAttempts} s after the command on '{_options.CommandTopic}'; check " +
            $"that the device " +
            "reads that topic and that the broker lets this user write it.");
    }

    private void Receive(MqttApplicationMessage message)
    {
        var now = Clock.Now;
        lock (_receiving)
        {
            if (message.Topic == _options.CommandTopic)
                ReceiveForeignCommand(message.Retain);
            else if (message.Retain)
                Reject(LinkErrorKind.Unexpected, $"a retained message on '{message.Topic}' was discarded: a state kept by the broker " +
                    $"is of the past.");
            else
                ReceiveState(message, now);
        }
    }

    private void ReceiveForeignCommand(bool isRetained)
    {
        if (isRetained)
        {
            RefuseOpening(new UserErrorException(
                $"the broker keeps a retained message on '{_options.CommandTopic}', which the device would obey whenever it connects; " +
                $"delete it: " +
                $"mosquitto_pub -h {_options.Host} -t '{_options.CommandTopic}' -r -n"));
        }

        Reject(LinkErrorKind.Unexpected, $"another client commands this robot on '{_options.CommandTopic}'; end it.");
    }

    private void ReceiveState(MqttApplicationMessage message, MonotonicTime now)
    {
        if (_codec.Read(MqttConnection.PayloadOf(message), _message) is { } problem)
        {
            Reject(LinkErrorKind.Corrupt, $"a message on '{message.Topic}' is no state of robot '{Definition.Name}': {problem}.");
            return;
        }

        if (!_sequences.Accept(_message.Sequence))
        {
            Counters.Count(LinkErrorKind.Unexpected);
            return;
        }

        var draft = StateDraft;
        for (var i = 0; i < _message.Positions.Length; i++)
        {
            if (!double.IsFinite(_message.Positions[i]))
            {
                Reject(LinkErrorKind.Corrupt, $"a message on '{message.Topic}' gives joint '{Definition.Joints[i].Name}' no finite " +
                    $"position.");
                return;
            }

            draft.Positions[i] = _readings.ToPosition(i, _message.Positions[i]);
            draft.Velocities[i] = _readings.ToRate(i, _message.Velocities[i]);
            draft.Efforts[i] = _readings.ToRate(i, _message.Efforts[i]);
        }

        PublishState(CaptureTime(now), now);
        PublishCondition(now);
    }

    private MonotonicTime CaptureTime(MonotonicTime now)
    {
        var jumps = _clockMap.Jumps;
        var captured = _clockMap.Observe(_message.StampNanoseconds, now);
        if (_clockMap.Jumps != jumps)
        {
            Reject(LinkErrorKind.Unexpected, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"the clock of robot '{Definition.Name}' jumped by {_clockMap.LastJumpSeconds:F3} s; ages are measured anew."));
        }

        return captured;
    }

    private void PublishCondition(MonotonicTime now)
    {
        var health = HealthDraft;
        (health.IsEmergencyStopped, health.IsFaulted) = (_message.IsEmergencyStopped, _message.IsFaulted);
        PublishHealth(now);
        if (_confirmation is { } confirmation && _message.IsEnabled == _wantsTorque)
        {
            _confirmation = null;
            confirmation.TrySetResult(true);
        }
    }
}
