using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Serial;
using Robotics.Drivers.Servos;

namespace Robotics.Drivers.Feetech;

/// <summary>
/// Feetech servos on a serial bus: SO-100 and SO-101 arms. They have no watchdog: only positions are commanded, and the guard's speed
/// and acceleration are set in the servos too.
/// </summary>
public sealed class FeetechDriver : ServoBusDriver
{
    private const double CurrentUnit = 0.0065;
    private readonly FeetechOptions _options;
    private readonly FeetechServo[] _servos;
    private readonly FeetechFamily _family;

    /// <summary>Creates the driver; nothing is opened yet.</summary>
    /// <param name="robot">The robot's file.</param>
    /// <param name="clock">The run's clock.</param>
    /// <exception cref="UserErrorException">The file asks for something that Feetech servos cannot do.</exception>
    public FeetechDriver(RobotDefinition robot, SystemClock clock)
        : this(robot, clock, robot.Connection<FeetechOptions>())
    {
    }

    private FeetechDriver(RobotDefinition robot, SystemClock clock, FeetechOptions options)
        : this(robot, clock, options, FeetechServo.Create(robot, options))
    {
    }

    private FeetechDriver(RobotDefinition robot, SystemClock clock, FeetechOptions options, FeetechServo[] servos)
        : base(
            robot, robot.ToSpec(CommandLossBehaviour.KeepsLastCommand, double.PositiveInfinity), clock, options, servos,
            Layout(options.Family)) =>
        (_options, _servos, _family) = (options, servos, options.Family);

    /// <summary>Identities of the servos as read at the last connection; empty before the first.</summary>
    public IReadOnlyList<FeetechIdentity> Identities => [.. _servos.Select(s => s.Identity).OfType<FeetechIdentity>()];

    /// <summary>Addresses of a cycle's registers.</summary>
    internal static ServoLayout Layout(FeetechFamily family) => new()
    {
        StateAddress = FeetechRegisters.PresentPosition.Address,
        StateLength = 6,
        OtherStateLength = 8,
        PositionOffset = 0,
        GoalAddress = FeetechRegisters.GoalPosition.Address,
        GoalLength = 2,
        HealthAddress = FeetechRegisters.PresentVoltage.Address,
        HealthLength = FeetechRegisters.PresentCurrent.Address + 2 - FeetechRegisters.PresentVoltage.Address,
        LowestPosition = 0,
        HighestPosition = FeetechRegisters.Steps(family) - 1,
    };

    /// <summary>Takes a motor's condition out of its registers.</summary>
    internal static void DecodeHealth(int servo, ReadOnlySpan<byte> block, int errors, FeetechFamily family, DeviceHealth into)
    {
        var current = FeetechRegisters.PresentCurrent;
        (into.Voltages[servo], into.Temperatures[servo], into.ErrorBits[servo]) = (block[0] * 0.1, block[1], errors);
        into.Currents[servo] = family == FeetechFamily.Sts
            ? current.Decode(block[(current.Address - FeetechRegisters.PresentVoltage.Address)..], family) * CurrentUnit
            : double.NaN;
    }

    /// <inheritdoc/>
    private protected override IServoBus CreateBus(SerialPort port) =>
        new FeetechBus(new SerialBus(port, new FeetechFrameParser(), _options.ReplyTimeout, Clock, Counters), Counters);

    /// <inheritdoc/>
    private protected override int SetUp(ServoAccess access, bool searchOnFailure)
    {
        new FeetechIdentification(access, Definition, _options, _servos, Counters).Run(searchOnFailure);
        return new FeetechConfiguration(access, _options).Run(_servos);
    }

    /// <inheritdoc/>
    private protected override void TorqueOn(ServoAccess access) => new FeetechConfiguration(access, _options).TorqueOn(_servos);

    /// <inheritdoc/>
    private protected override void TorqueOff(ServoAccess access) => new FeetechConfiguration(access, _options).TorqueOff(_servos);

    /// <inheritdoc/>
    private protected override int DecodePosition(ReadOnlySpan<byte> bytes) => FeetechRegisters.PresentPosition.Decode(bytes, _family);

    /// <inheritdoc/>
    private protected override void EncodeGoal(int steps, Span<byte> bytes) =>
        FeetechRegisters.GoalPosition.Encode(steps, bytes, _family);

    /// <inheritdoc/>
    private protected override void DecodeState(int servo, ReadOnlySpan<byte> block, RobotState into)
    {
        var scale = _servos[servo].Scale;
        into.Positions[servo] = scale.ToPosition(DecodePosition(block));
        into.Velocities[servo] = scale.ToVelocity(
            FeetechRegisters.PresentVelocity.Decode(block[2..], _family) * _servos[servo].SpeedUnit);
        var duty = FeetechRegisters.PresentLoad.Decode(block[4..], _family) * 0.001;
        into.Efforts[servo] = _options.StallTorque is { } torque ? scale.ToEffort(duty * torque) : double.NaN;
    }

    /// <inheritdoc/>
    private protected override void DecodeHealth(int servo, ReadOnlySpan<byte> block, int errors, DeviceHealth into) =>
        DecodeHealth(servo, block, errors, _family, into);

    /// <inheritdoc/>
    private protected override bool IsFault(int servo, int errorBits) =>
        ((FeetechErrors)errorBits & _servos[servo].UnloadConditions) != 0;
}
