using System.Globalization;
using System.Text.Json;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Time;
using Robotics.Drivers.Devices;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;

namespace Robotics.Drivers.Rosbridge;

/// <summary>
/// A robot behind ROS 1 or ROS 2 by rosbridge: states from sensor_msgs/JointState, commands as std_msgs/Float64MultiArray or
/// trajectory_msgs/JointTrajectory. <c>docs/drivers/rosbridge.md</c> says what has to run on the robot.
/// </summary>
public sealed class RosbridgeDriver : StreamingDriver
{
    private static readonly TimeSpan LongestWatchdog = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan TypeCheckTimeout = TimeSpan.FromSeconds(1);
    private readonly RosbridgeOptions _options;
    private readonly RosbridgeClient _client;
    private readonly JointCommandWriter _writer;
    private readonly JointReadings _readings;
    private readonly JointStateMessage _message;
    private readonly ClockMap _clockMap;
    private readonly double[] _command;
    private readonly double[] _measured;
    private readonly Lock _receiving = new();
    private long _newestStamp;

    /// <summary>Reads the robot's file; nothing is opened yet.</summary>
    /// <exception cref="UserErrorException">
    /// The section <c>connection</c> is wrong, or the joints do not fit the commands' form.
    /// </exception>
    public RosbridgeDriver(RobotDefinition definition, SystemClock clock)
        : this(definition, definition.Connection<RosbridgeOptions>(), clock)
    {
    }

    private RosbridgeDriver(RobotDefinition definition, RosbridgeOptions options, SystemClock clock)
        : base(definition, SpecOf(definition, options), clock)
    {
        _options = options;
        _client = new RosbridgeClient(new Uri(options.Address), clock) { Rejected = Reject, Lost = Break };
        _client.Advertise(options.CommandTopic, RosTypes.Message(CommandType, options.Ros));
        _client.Subscribe(new RosSubscription(
            options.StateTopic, RosTypes.Message(RosTypes.JointState, options.Ros), options.Compression, Receive)
        {
            ThrottleMilliseconds = (int)options.Throttle.TotalMilliseconds,
        });
        _writer = new JointCommandWriter(options, definition.Joints);
        _readings = new JointReadings(definition.Joints);
        _message = new JointStateMessage(definition.Joints.Select(j => j.DeviceName ?? j.Name));
        _clockMap = new ClockMap(new ClockMapOptions { MinimumDelay = options.MinimumDelay });
        _command = new double[definition.Joints.Count];
        _measured = new double[definition.Joints.Count];
    }

    /// <inheritdoc/>
    private protected override TimeSpan StateTimeout => _options.StateTimeout;

    private string CommandType =>
        _options.CommandForm == RosCommandForm.JointTrajectory ? RosTypes.JointTrajectory : RosTypes.Float64MultiArray;

    /// <inheritdoc/>
    public override Task ReleaseAsync(CancellationToken cancellationToken) =>
        // Without a service the base's own sentence says that the driver cannot.
        _options.TorqueService is null ? throw CannotRelease() : base.ReleaseAsync(cancellationToken);

    /// <inheritdoc/>
    private protected override async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CheckTypesAsync(cancellationToken);
        await _client.OpenAsync(_options.ConnectTimeout, cancellationToken);
    }

    /// <inheritdoc/>
    private protected override Task CloseAsync() => _client.CloseAsync();

    /// <inheritdoc/>
    private protected override string DescribeSilence() =>
        $"no state came on the topic '{_options.StateTopic}' from rosbridge at {_options.Address} for " +
        $"{_options.StateTimeout.TotalSeconds} s; check " +
        "that the robot's driver publishes it and that rosbridge's topics_glob lets it through.";

    /// <inheritdoc/>
    private protected override Task TorqueOnAsync(CancellationToken cancellationToken) =>
        _options.TorqueService is { } service ? SetTorqueAsync(service, on: true, cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    private protected override Task TorqueOffAsync(CancellationToken cancellationToken) =>
        SetTorqueAsync(_options.TorqueService!, on: false, cancellationToken);

    /// <inheritdoc/>
    private protected override ExchangeStatus SendCommand(ReadOnlySpan<double> command, MonotonicTime at)
    {
        for (var i = 0; i < command.Length; i++)
            _command[i] = _readings.ToReading(i, command[i]);
        return Send();
    }

    /// <inheritdoc/>
    private protected override ExchangeStatus SendStop()
    {
        for (var i = 0; i < _command.Length; i++)
            _command[i] = Definition.Joints[i].Mode == ActionMode.Position ? Volatile.Read(ref _measured[i]) : 0;
        return Send();
    }

    private static RobotSpec SpecOf(RobotDefinition definition, RosbridgeOptions options)
    {
        for (var i = 0; i < definition.Joints.Count; i++)
        {
            var mode = definition.Joints[i].Mode;
            if (mode != definition.Joints[0].Mode)
                throw new UserErrorException($"{definition.LocationOfJoint(i)}: one ROS controller takes one quantity: give all " +
                    $"joints the same 'mode'.");
            if (mode != ActionMode.Position && options.CommandForm == RosCommandForm.JointTrajectory)
                throw new UserErrorException($"{definition.LocationOfJoint(i)}: a joint trajectory commands positions: set 'mode: " +
                    $"position'.");
        }

        return options.ReceiverTimeout is { } timeout && timeout <= LongestWatchdog
            ? definition.ToSpec(CommandLossBehaviour.Stops, timeout.TotalSeconds)
            : definition.ToSpec(CommandLossBehaviour.KeepsLastCommand, double.PositiveInfinity);
    }

    private UserErrorException CannotRelease() => new(
        $"the motors of robot '{Definition.Name}' cannot be switched off by its driver: name a service of std_srvs/SetBool as " +
        $"'torque_service', " +
        "or use the device's own switch.");

    private ExchangeStatus Send()
    {
        using var timeout = new CancellationTokenSource(SendTimeout);
        try
        {
            // The sender thread exists to wait here, in the servo thread's stead.
            _client.SendAsync(_writer.Write(_command), timeout.Token).GetAwaiter().GetResult();
            return ExchangeStatus.Ok;
        }
        catch (Exception e) when (RosbridgeSocket.IsOfConnection(e))
        {
            Counters.LastError = $"a command could not be sent to rosbridge at {_options.Address}: {e.Message.TrimEnd('.')}.";
            return ExchangeStatus.Broken;
        }
    }

    /// <summary>Asks rosapi for the topics' types, on a connection of its own. A server without rosapi is not asked.</summary>
    private async Task CheckTypesAsync(CancellationToken cancellationToken)
    {
        await using var client = new RosbridgeClient(new Uri(_options.Address), Clock);
        await client.OpenAsync(_options.ConnectTimeout, cancellationToken);
        foreach (var (topic, type) in new[] { (_options.StateTopic, RosTypes.JointState), (_options.CommandTopic, CommandType) })
        {
            if (await TypeOfAsync(client, topic, cancellationToken) is not { Length: > 0 } actual)
                return;
            if (!RosTypes.AreSame(actual, type))
            {
                throw new UserErrorException(
                    $"{Definition.LocationOf("connection")}: the topic '{topic}' at {_options.Address} is of type {actual}, and this " +
                    $"driver needs " +
                    $"{RosTypes.Message(type, _options.Ros)}; name another topic.");
            }
        }
    }

    private static async Task<string?> TypeOfAsync(RosbridgeClient client, string topic, CancellationToken cancellationToken)
    {
        try
        {
            var args = JsonSerializer.Serialize(new Dictionary<string, string> { ["topic"] = topic });
            var reply = await client.CallServiceAsync("/rosapi/topic_type", args, TypeCheckTimeout, cancellationToken);
            return reply.Succeeded && reply.Values.ValueKind == JsonValueKind.Object && reply.Values.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                ? type.GetString()
                : null;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            return null;
        }
    }

    private async Task SetTorqueAsync(string service, bool on, CancellationToken cancellationToken)
    {
        var reason = "no reply";
        try
        {
            await using var client = new RosbridgeClient(new Uri(_options.Address), Clock);
            await client.OpenAsync(_options.ConnectTimeout, cancellationToken);
            var args = on ? """{"data":true}""" : """{"data":false}""";
            var reply = await client.CallServiceAsync(service, args, _options.ServiceTimeout, cancellationToken);
            if (reply.Succeeded && reply.Values.ValueKind == JsonValueKind.Object && reply.Values.TryGetProperty("success", out var success)
                && success.ValueKind == JsonValueKind.True)
                return;
            reason = reply.Succeeded ? $"{reply.Values}" : reply.Error;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            reason = e.Message.TrimEnd('.');
        }

        throw new UserErrorException(
            $"the service '{service}' did not switch the torque of robot '{Definition.Name}' {(on ? "on" : "off")} ({reason}); check " +
            "'torque_service' and the robot.");
    }

    private void Receive(RosMessage message)
    {
        var now = Clock.Now;
        lock (_receiving)
        {
            var problem = RosReader.Read(message, _message) ?? Fill();
            if (problem is not null)
            {
                Reject(LinkErrorKind.Corrupt, $"a message on '{_options.StateTopic}' is no state of robot '{Definition.Name}': {problem}.");
                return;
            }

            if (CaptureTime(now) is { } captured)
                PublishState(captured, now);
        }
    }

    private string? Fill()
    {
        var draft = StateDraft;
        for (var i = 0; i < draft.Positions.Length; i++)
        {
            var place = _message.PlaceOf(i);
            var reading = _message.Positions[place];
            if (place < 0 || !double.IsFinite(reading))
                return $"it gives no position of joint '{Definition.Joints[i].DeviceName ?? Definition.Joints[i].Name}'; correct the " +
                    $"name, or set 'device_name'";
            draft.Positions[i] = _readings.ToPosition(i, reading);
            draft.Velocities[i] = _readings.ToRate(i, _message.Velocities[place]);
            draft.Efforts[i] = _readings.ToRate(i, _message.Efforts[place]);
            Volatile.Write(ref _measured[i], reading);
        }

        return null;
    }

    /// <summary>Capture time of the message; null for one that came twice or after a newer one.</summary>
    private MonotonicTime? CaptureTime(MonotonicTime now)
    {
        var stamp = _message.StampNanoseconds;
        if (stamp == 0)
            return now - _options.MinimumDelay;
        var jumps = _clockMap.Jumps;
        var captured = _clockMap.Observe(stamp, now);
        if (_clockMap.Jumps != jumps)
        {
            Reject(LinkErrorKind.Unexpected, string.Create(
                CultureInfo.InvariantCulture,
                $"the clock of robot '{Definition.Name}' jumped by {_clockMap.LastJumpSeconds:F3} s; ages are measured anew."));
        }
        else if (stamp <= _newestStamp)
        {
            Counters.Count(LinkErrorKind.Unexpected);
            return null;
        }

        _newestStamp = stamp;
        return captured;
    }
}
