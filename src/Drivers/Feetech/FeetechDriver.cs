using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Devices;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Feetech;

/// <summary>
/// Feetech servos on a serial bus: SO-100 and SO-101 arms. They have no watchdog: only positions are commanded, and the guard's speed and
/// acceleration are set in the servos too. A cycle is one sync write of goals and one sync read of positions, velocities and loads; the
/// condition of one motor at a time is read in what is left of a cycle.
/// </summary>
public sealed class FeetechDriver : PolledDriver
{
    private const int StateLength = 6;
    private const int OtherStateLength = 8;
    private const int StopAttempts = 4;
    private const double CycleShare = 0.8;
    private readonly FeetechOptions _options;
    private readonly FeetechServo[] _servos;
    private readonly byte[] _ids;
    private readonly byte[] _goals;
    private readonly byte[] _data;
    private readonly FeetechErrors[] _errors;
    private readonly bool[] _received;
    private readonly int[] _stop;
    private readonly FeetechPlausibility _plausibility;
    private readonly FeetechHealth _health;
    private readonly TimeSpan _period;
    private FeetechBus? _bus;
    private int _stateLength = StateLength;
    private bool _isStopping;
    private MonotonicTime _completeAt;

    /// <summary>Creates the driver; nothing is opened yet.</summary>
    /// <param name="robot">The robot's file.</param>
    /// <param name="clock">The run's clock.</param>
    /// <exception cref="UserErrorException">The file asks for something that Feetech servos cannot do.</exception>
    public FeetechDriver(RobotDefinition robot, SystemClock clock)
        : base(robot, robot.ToSpec(CommandLossBehaviour.KeepsLastCommand, double.PositiveInfinity), clock)
    {
        _options = robot.Connection<FeetechOptions>();
        _servos = FeetechServo.Create(robot, _options);
        _ids = [.. _servos.Select(s => s.Id)];
        _goals = new byte[2 * _ids.Length];
        _data = new byte[OtherStateLength * _ids.Length];
        _errors = new FeetechErrors[_ids.Length];
        _received = new bool[_ids.Length];
        _stop = new int[_ids.Length];
        _period = TimeSpan.FromSeconds(1 / robot.Options.RateHz);
        _plausibility = new FeetechPlausibility(_servos, _options.Family, _period);
        _health = new FeetechHealth(_servos, _options.Family);
    }

    /// <summary>What the servos said of themselves at the last connection; empty before the first.</summary>
    public IReadOnlyList<FeetechIdentity> Identities => [.. _servos.Select(s => s.Identity).OfType<FeetechIdentity>()];

    /// <summary>Registers of EEPROM that the last connection had to change.</summary>
    public int ChangedSettings { get; private set; }

    /// <inheritdoc/>
    private protected override Task OpenAsync(CancellationToken cancellationToken) => Task.Run(Open, cancellationToken);

    /// <inheritdoc/>
    private protected override void Close()
    {
        _bus?.Dispose();
        _bus = null;
    }

    /// <inheritdoc/>
    private protected override Task TorqueOnAsync(CancellationToken cancellationToken) =>
        Task.Run(() => new FeetechConfiguration(Access(), _options).TorqueOn(_servos), cancellationToken);

    /// <inheritdoc/>
    private protected override Task TorqueOffAsync(CancellationToken cancellationToken) =>
        Task.Run(() => new FeetechConfiguration(Access(), _options).TorqueOff(_servos), cancellationToken);

    /// <inheritdoc/>
    private protected override ExchangeStatus ReadState(RobotState into)
    {
        var start = Clock.Now;
        var end = start + (_period * CycleShare);
        var status = ReadPositions(end);
        if (status != BusStatus.Ok)
            return Failed(status);
        _completeAt = Clock.Now;
        into.CapturedAt = start + ((_completeAt - start) / 2);
        for (var i = 0; i < _servos.Length; i++)
            Decode(_servos[i], _data.AsSpan(i * OtherStateLength, StateLength), into);
        _health.Poll(_bus!, _errors, Clock, end);
        return ExchangeStatus.Ok;
    }

    /// <inheritdoc/>
    private protected override ExchangeStatus SendCommand(ReadOnlySpan<double> command)
    {
        _isStopping = false;
        for (var i = 0; i < _servos.Length; i++)
            SetGoal(i, Math.Clamp(_servos[i].Scale.ToSteps(command[i]), _servos[i].LowLimit, _servos[i].HighLimit));
        return WriteGoals();
    }

    /// <summary>
    /// Goal := present, measured once and confirmed by reading it back: a servo that missed the message would go on to its old goal.
    /// </summary>
    private protected override ExchangeStatus SendStop()
    {
        for (var attempt = 0; attempt < StopAttempts; attempt++)
        {
            if (!_isStopping && ReadPositions(Clock.Now + _period) == BusStatus.Ok)
            {
                for (var i = 0; i < _servos.Length; i++)
                    _stop[i] = Math.Clamp(Steps(i), _servos[i].DeviceLow, _servos[i].DeviceHigh);
                _isStopping = true;
            }

            if (!_isStopping)
                continue;
            for (var i = 0; i < _servos.Length; i++)
                SetGoal(i, _stop[i]);
            if (WriteGoals() == ExchangeStatus.Broken)
                return ExchangeStatus.Broken;
            if (HasGoals())
                return ExchangeStatus.Ok;
        }

        return ExchangeStatus.Lost;
    }

    /// <inheritdoc/>
    private protected override ExchangeStatus ReadHealth(DeviceHealth into) =>
        _health.TryCopy(into, _errors, Clock.Now) ? ExchangeStatus.Ok : ExchangeStatus.Lost;

    private void Open()
    {
        var port = SerialPort.Open(_options.Port, _options.BaudRate, Clock);
        _bus = new FeetechBus(new SerialBus(port, new FeetechFrameParser(), _options.ReplyTimeout, Clock, Counters), Counters);
        if (_bus.FindEcho(_options.Echo) == BusStatus.Broken)
            throw new UserErrorException($"the serial port {_options.Port} went away: check the adapter's plug.");
        new FeetechIdentification(Access(), Definition, _options, _servos, Counters).Run(searchOnFailure: Counters.Connections == 0);
        ChangedSettings = new FeetechConfiguration(Access(), _options).Run(_servos);
        (_isStopping, _completeAt) = (false, Clock.Now);
        _plausibility.Reset();
    }

    private FeetechAccess Access() => new(
        _bus ?? throw new UserErrorException($"the serial port {_options.Port} is closed: connect first."), _options.Family);

    /// <summary>Reads all servos; those that did not answer, or not plausibly, are asked again while there is time.</summary>
    private BusStatus ReadPositions(MonotonicTime end)
    {
        Array.Clear(_received);
        while (true)
        {
            var status = _bus!.SyncRead(
                FeetechRegisters.PresentPosition.Address, (byte)_stateLength, _ids, _data, OtherStateLength, _errors, _received);
            for (var i = 0; i < _ids.Length; i++)
            {
                if (_received[i] && !_plausibility.Accept(i, Steps(i)))
                {
                    Counters.Count(LinkErrorKind.Corrupt);
                    _received[i] = false;
                }
            }

            if (!_received.AsSpan().Contains(false))
                return BusStatus.Ok;

            // Replies that still come have another length than those that are asked for next.
            _stateLength = StateLength + OtherStateLength - _stateLength;
            if (status == BusStatus.Broken || Clock.Now >= end)
                return status == BusStatus.Ok ? BusStatus.Corrupt : status;
        }
    }

    private int Steps(int servo) =>
        FeetechRegisters.PresentPosition.Decode(_data.AsSpan(servo * OtherStateLength, 2), _options.Family);

    private void Decode(FeetechServo servo, ReadOnlySpan<byte> block, RobotState into)
    {
        var family = _options.Family;
        into.Positions[servo.Index] = servo.Scale.ToPosition(FeetechRegisters.PresentPosition.Decode(block, family));
        var speed = FeetechRegisters.PresentVelocity.Decode(block[2..], family) * servo.SpeedUnit;
        into.Velocities[servo.Index] = servo.Scale.ToVelocity(speed);
        var duty = FeetechRegisters.PresentLoad.Decode(block[4..], family) * 0.001;
        into.Efforts[servo.Index] = _options.StallTorque is { } torque ? servo.Scale.ToEffort(duty * torque) : double.NaN;
    }

    private void SetGoal(int servo, int steps) => FeetechRegisters.GoalPosition.Encode(steps, _goals.AsSpan(2 * servo, 2), _options.Family);

    private ExchangeStatus WriteGoals() => _bus!.SyncWrite(FeetechRegisters.GoalPosition.Address, 2, _ids, _goals) switch
    {
        BusStatus.Ok => ExchangeStatus.Ok,
        BusStatus.Broken => ExchangeStatus.Broken,
        _ => ExchangeStatus.Lost,
    };

    private bool HasGoals()
    {
        Array.Clear(_received);
        for (var attempt = 0; attempt < StopAttempts && _received.AsSpan().Contains(false); attempt++)
            _ = _bus!.SyncRead(FeetechRegisters.GoalPosition.Address, 2, _ids, _data, OtherStateLength, _errors, _received);
        for (var i = 0; i < _ids.Length; i++)
        {
            if (!_received[i] || !_data.AsSpan(i * OtherStateLength, 2).SequenceEqual(_goals.AsSpan(2 * i, 2)))
                return false;
        }

        return true;
    }

    private ExchangeStatus Failed(BusStatus status) =>
        status == BusStatus.Broken || Clock.Now - _completeAt > _options.LostAfter ? ExchangeStatus.Broken : ExchangeStatus.Lost;
}
