using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Devices;
using Robotics.Drivers.Serial;

namespace Robotics.Drivers.Servos;

/// <summary>
/// The base of drivers of position servos on a serial bus. A cycle is one sync write of goals and one sync read of states; the condition
/// of one motor at a time is read in what is left of a cycle.
/// </summary>
public abstract class ServoBusDriver : PolledDriver
{
    private const int StopAttempts = 4;
    private const double CycleShare = 0.8;
    private readonly SerialOptions _options;
    private readonly IReadOnlyList<Servo> _servos;
    private readonly ServoLayout _layout;
    private readonly byte[] _ids;
    private readonly byte[] _goals;
    private readonly byte[] _data;
    private readonly int[] _errors;
    private readonly bool[] _received;
    private readonly int[] _stop;
    private readonly PositionPlausibility _plausibility;
    private readonly ServoHealth _health;
    private readonly TimeSpan _period;
    private IServoBus? _bus;
    private int _stateLength;
    private bool _isStopping;
    private MonotonicTime _completeAt;

    /// <summary>Creates the driver; nothing is opened yet.</summary>
    private protected ServoBusDriver(
        RobotDefinition robot, RobotSpec spec, SystemClock clock, SerialOptions options, IReadOnlyList<Servo> servos, ServoLayout layout)
        : base(robot, spec, clock)
    {
        (_options, _servos, _layout, _stateLength) = (options, servos, layout, layout.StateLength);
        _ids = [.. servos.Select(s => s.Id)];
        _goals = new byte[layout.GoalLength * _ids.Length];
        _data = new byte[layout.OtherStateLength * _ids.Length];
        (_errors, _received, _stop) = (new int[_ids.Length], new bool[_ids.Length], new int[_ids.Length]);
        _period = TimeSpan.FromSeconds(1 / robot.Options.RateHz);
        _plausibility = new PositionPlausibility(servos, layout.LowestPosition, layout.HighestPosition, _period);
        _health = new ServoHealth(servos, layout, DecodeHealth);
    }

    /// <summary>Registers of EEPROM that the last connection had to change.</summary>
    public int ChangedSettings { get; private set; }

    /// <summary>True when a servo has stopped by itself and no longer takes goals: the connection is then made again.</summary>
    private protected virtual bool HasStoppedItself => false;

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
        Task.Run(() => TorqueOn(Access()), cancellationToken);

    /// <inheritdoc/>
    private protected override Task TorqueOffAsync(CancellationToken cancellationToken) =>
        Task.Run(() => TorqueOff(Access()), cancellationToken);

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
        for (var i = 0; i < _servos.Count; i++)
            DecodeState(i, Block(i), into);
        _health.Poll(_bus!, Clock, end);
        return HasStoppedItself ? ExchangeStatus.Broken : ExchangeStatus.Ok;
    }

    /// <inheritdoc/>
    private protected override ExchangeStatus SendCommand(ReadOnlySpan<double> command)
    {
        _isStopping = false;
        for (var i = 0; i < _servos.Count; i++)
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
                for (var i = 0; i < _servos.Count; i++)
                    _stop[i] = Math.Clamp(DecodePosition(Block(i)[_layout.PositionOffset..]), _servos[i].DeviceLow, _servos[i].DeviceHigh);
                _isStopping = true;
            }

            if (!_isStopping)
                continue;
            for (var i = 0; i < _servos.Count; i++)
                SetGoal(i, _stop[i]);
            if (WriteGoals() == ExchangeStatus.Broken)
                return ExchangeStatus.Broken;
            if (HasGoals())
                return ExchangeStatus.Ok;
        }

        return ExchangeStatus.Lost;
    }

    /// <inheritdoc/>
    private protected override ExchangeStatus ReadHealth(DeviceHealth into)
    {
        if (!_health.TryCopy(into, Clock.Now))
            return ExchangeStatus.Lost;
        into.IsFaulted = false;
        for (var i = 0; i < _servos.Count; i++)
            into.IsFaulted |= IsFault(i, into.ErrorBits[i]);
        return ExchangeStatus.Ok;
    }

    /// <summary>Puts the protocol on a port.</summary>
    private protected abstract IServoBus CreateBus(SerialPort port);

    /// <summary>Identifies the servos, checks that they fit the file, and writes the settings that differ.</summary>
    /// <param name="access">The servos.</param>
    /// <param name="searchOnFailure">True to look for servos elsewhere when some do not answer.</param>
    /// <returns>Number of settings written.</returns>
    /// <exception cref="UserErrorException">Something does not fit.</exception>
    private protected abstract int SetUp(ServoAccess access, bool searchOnFailure);

    /// <summary>Goal := present, then torque.</summary>
    private protected abstract void TorqueOn(ServoAccess access);

    /// <summary>Switches torque off.</summary>
    private protected abstract void TorqueOff(ServoAccess access);

    /// <summary>Position in the bytes of its register, steps. Does not allocate.</summary>
    private protected abstract int DecodePosition(ReadOnlySpan<byte> bytes);

    /// <summary>Writes a goal into the bytes of its register. Does not allocate.</summary>
    private protected abstract void EncodeGoal(int steps, Span<byte> bytes);

    /// <summary>Takes a servo's state out of its registers. Does not allocate.</summary>
    private protected abstract void DecodeState(int servo, ReadOnlySpan<byte> block, RobotState into);

    /// <summary>Takes a motor's condition out of its registers. Does not allocate.</summary>
    private protected abstract void DecodeHealth(int servo, ReadOnlySpan<byte> block, int errors, DeviceHealth into);

    /// <summary>True when a motor with these error bits has taken its torque away.</summary>
    private protected abstract bool IsFault(int servo, int errorBits);

    private void Open()
    {
        _bus = CreateBus(SerialPort.Open(_options.Port, _options.BaudRate, Clock));
        if (_bus.FindEcho(_options.Echo) == BusStatus.Broken)
            throw new UserErrorException($"the serial port {_options.Port} went away: check the adapter's plug.");
        ChangedSettings = SetUp(Access(), searchOnFailure: Counters.Connections == 0);
        (_isStopping, _completeAt) = (false, Clock.Now);
        _plausibility.Reset();
    }

    private ServoAccess Access() => new(
        _bus ?? throw new UserErrorException($"the serial port {_options.Port} is closed: connect first."));

    private ReadOnlySpan<byte> Block(int servo) => _data.AsSpan(servo * _layout.OtherStateLength, _layout.OtherStateLength);

    /// <summary>Reads all servos; those that did not answer, or not plausibly, are asked again while there is time.</summary>
    private BusStatus ReadPositions(MonotonicTime end)
    {
        Array.Clear(_received);
        while (true)
        {
            var status = _bus!.SyncRead(_layout.StateAddress, _stateLength, _ids, _data, _layout.OtherStateLength, _errors, _received);
            for (var i = 0; i < _ids.Length; i++)
            {
                if (_received[i] && !_plausibility.Accept(i, DecodePosition(Block(i)[_layout.PositionOffset..])))
                {
                    Counters.Count(LinkErrorKind.Corrupt);
                    _received[i] = false;
                }
            }

            if (!_received.AsSpan().Contains(false))
                return BusStatus.Ok;

            // Replies that still come have another length than those that are asked for next.
            _stateLength = _layout.StateLength + _layout.OtherStateLength - _stateLength;
            if (status == BusStatus.Broken || Clock.Now >= end)
                return status == BusStatus.Ok ? BusStatus.Corrupt : status;
        }
    }

    private void SetGoal(int servo, int steps) => EncodeGoal(steps, _goals.AsSpan(_layout.GoalLength * servo, _layout.GoalLength));

    private ExchangeStatus WriteGoals() => _bus!.SyncWrite(_layout.GoalAddress, _layout.GoalLength, _ids, _goals) switch
    {
        BusStatus.Ok => ExchangeStatus.Ok,
        BusStatus.Broken => ExchangeStatus.Broken,
        _ => ExchangeStatus.Lost,
    };

    private bool HasGoals()
    {
        var length = _layout.GoalLength;
        Array.Clear(_received);
        for (var attempt = 0; attempt < StopAttempts && _received.AsSpan().Contains(false); attempt++)
            _ = _bus!.SyncRead(_layout.GoalAddress, length, _ids, _data, _layout.OtherStateLength, _errors, _received);
        for (var i = 0; i < _ids.Length; i++)
        {
            if (!_received[i] || !Block(i)[..length].SequenceEqual(_goals.AsSpan(length * i, length)))
                return false;
        }

        return true;
    }

    private ExchangeStatus Failed(BusStatus status) =>
        status == BusStatus.Broken || Clock.Now - _completeAt > _options.LostAfter ? ExchangeStatus.Broken : ExchangeStatus.Lost;
}
