using System.Buffers.Binary;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Serial;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Dynamixel;

/// <summary>
/// Dynamixel servos of the X series on a serial bus, protocol 2.0. Their bus watchdogs are on: they stop when messages stop coming.
/// Grippers run in current-based position mode. Servos are never rebooted.
/// </summary>
public sealed class DynamixelDriver : ServoBusDriver
{
    private readonly DynamixelOptions _options;
    private readonly DynamixelServo[] _servos;
    private bool _isOn;
    private bool _hasTripped;

    /// <summary>Creates the driver; nothing is opened yet.</summary>
    /// <param name="robot">The robot's file.</param>
    /// <param name="clock">The run's clock.</param>
    /// <exception cref="UserErrorException">The file asks for something that Dynamixel servos cannot do.</exception>
    public DynamixelDriver(RobotDefinition robot, SystemClock clock)
        : this(robot, clock, robot.Connection<DynamixelOptions>())
    {
    }

    private DynamixelDriver(RobotDefinition robot, SystemClock clock, DynamixelOptions options)
        : this(robot, clock, options, DynamixelServo.Create(robot, options))
    {
    }

    private DynamixelDriver(RobotDefinition robot, SystemClock clock, DynamixelOptions options, DynamixelServo[] servos)
        : base(robot, robot.ToSpec(CommandLossBehaviour.Stops, options.Watchdog.TotalSeconds), clock, options, servos, Layout)
    {
        (_options, _servos) = (options, servos);
        if (2 / robot.Options.RateHz > options.Watchdog.TotalSeconds)
            throw new UserErrorException(
                $"{robot.LocationOf("rate_hz")}: at {robot.Options.RateHz} Hz the servos' watchdogs of {options.Watchdog.TotalSeconds} s "
                + "would stop them between two messages: raise rate_hz, or watchdog_seconds under 'connection'.");
    }

    /// <summary>Identities of the servos as read at the last connection; empty before the first.</summary>
    public IReadOnlyList<DynamixelIdentity> Identities => [.. _servos.Select(s => s.Identity).OfType<DynamixelIdentity>()];

    /// <inheritdoc/>
    private protected override bool HasStoppedItself => _hasTripped;

    /// <summary>A motor's condition reaches from its hardware error to its temperature, with its watchdog in between.</summary>
    private static ServoLayout Layout { get; } = new()
    {
        StateAddress = DynamixelRegisters.PresentCurrent.Address,
        StateLength = 10,
        OtherStateLength = 12,
        PositionOffset = DynamixelRegisters.PresentPosition.Address - DynamixelRegisters.PresentCurrent.Address,
        GoalAddress = DynamixelRegisters.GoalPosition.Address,
        GoalLength = 4,
        HealthAddress = DynamixelRegisters.HardwareError.Address,
        HealthLength = DynamixelRegisters.PresentTemperature.Address + 1 - DynamixelRegisters.HardwareError.Address,

        // In current-based position mode a servo counts turns.
        LowestPosition = -DynamixelRegisters.Steps,
        HighestPosition = 2 * DynamixelRegisters.Steps,
    };

    /// <inheritdoc/>
    private protected override IServoBus CreateBus(SerialPort port) =>
        new DynamixelBus(new SerialBus(port, new DynamixelFrameParser(), _options.ReplyTimeout, Clock, Counters), Counters);

    /// <inheritdoc/>
    private protected override int SetUp(ServoAccess access, bool searchOnFailure)
    {
        new DynamixelIdentification(access, Definition, _options, _servos, Counters).Run(searchOnFailure);
        (_isOn, _hasTripped) = (false, false);
        return new DynamixelConfiguration(access, _options).Run(_servos);
    }

    /// <inheritdoc/>
    private protected override void TorqueOn(ServoAccess access)
    {
        new DynamixelConfiguration(access, _options).TorqueOn(_servos);
        _isOn = true;
    }

    /// <inheritdoc/>
    private protected override void TorqueOff(ServoAccess access)
    {
        _isOn = false;
        new DynamixelConfiguration(access, _options).TorqueOff(_servos);
    }

    /// <inheritdoc/>
    private protected override int DecodePosition(ReadOnlySpan<byte> bytes) => DynamixelRegisters.PresentPosition.Decode(bytes);

    /// <inheritdoc/>
    private protected override void EncodeGoal(int steps, Span<byte> bytes) => BinaryPrimitives.WriteInt32LittleEndian(bytes, steps);

    /// <inheritdoc/>
    private protected override void DecodeState(int servo, ReadOnlySpan<byte> block, RobotState into)
    {
        var (scale, model) = (_servos[servo].Scale, _servos[servo].Model);
        into.Positions[servo] = scale.ToPosition(DecodePosition(Part(block, DynamixelRegisters.PresentPosition)));
        var speed = DynamixelRegisters.PresentVelocity.Decode(Part(block, DynamixelRegisters.PresentVelocity));
        into.Velocities[servo] = scale.ToVelocity(speed * DynamixelRegisters.VelocityUnit);
        var current = DynamixelRegisters.PresentCurrent.Decode(block) * model.CurrentUnit;
        into.Efforts[servo] = _options.TorquePerAmpere is { } torque ? scale.ToEffort(current * torque) : double.NaN;
    }

    /// <inheritdoc/>
    private protected override void DecodeHealth(int servo, ReadOnlySpan<byte> block, int errors, DeviceHealth into)
    {
        into.ErrorBits[servo] = block[0];
        into.Voltages[servo] = DynamixelRegisters.PresentVoltage.Decode(HealthPart(block, DynamixelRegisters.PresentVoltage)) * 0.1;
        into.Temperatures[servo] = HealthPart(block, DynamixelRegisters.PresentTemperature)[0];
        var current = DynamixelRegisters.PresentCurrent.Decode(HealthPart(block, DynamixelRegisters.PresentCurrent));
        into.Currents[servo] = current * _servos[servo].Model.CurrentUnit;
        _hasTripped |= _isOn && HealthPart(block, DynamixelRegisters.Watchdog)[0] == DynamixelRegisters.WatchdogTripped;
    }

    /// <inheritdoc/>
    private protected override bool IsFault(int servo, int errorBits) => errorBits != 0;

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> state, DynamixelRegister register) =>
        state[(register.Address - DynamixelRegisters.PresentCurrent.Address)..];

    private static ReadOnlySpan<byte> HealthPart(ReadOnlySpan<byte> block, DynamixelRegister register) =>
        block[(register.Address - DynamixelRegisters.HardwareError.Address)..];
}
