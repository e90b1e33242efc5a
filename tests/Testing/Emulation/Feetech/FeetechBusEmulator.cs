using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Feetech;

/// <summary>
/// Feetech servos on a pseudo-terminal with MuJoCo behind them. Written from the protocol's description, independent of the driver.
/// Goals that the arm was given are kept for tests that ask whether one was wrong.
/// </summary>
public sealed class FeetechBusEmulator : SerialEmulator
{
    private const int Broadcast = 254;
    private const int PositionSign = 0x8000;
    private readonly EmulatedArm _arm;
    private readonly List<(int Joint, double Goal)> _goals = [];
    private readonly Lock _lock = new();

    /// <summary>Creates the emulator; <see cref="SerialEmulator.Start"/> switches it on.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="servos">The servos; two may have the same id.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="faults">Faults of the wire.</param>
    /// <param name="link">Path of a lasting link to the port; null for none.</param>
    public FeetechBusEmulator(
        EmulatedArm arm, IReadOnlyList<EmulatedFeetechServo> servos, SystemClock clock, EmulatorFaults faults, string? link = null)
        : base(clock, faults, link) => (_arm, Servos) = (arm, servos);

    /// <summary>The servos.</summary>
    public IReadOnlyList<EmulatedFeetechServo> Servos { get; }

    /// <summary>Goals in the order in which the arm was given them, rad or m.</summary>
    public IReadOnlyList<(int Joint, double Goal)> Goals
    {
        get
        {
            lock (_lock)
                return [.. _goals];
        }
    }

    /// <inheritdoc/>
    protected override void PowerOn()
    {
        foreach (var servo in Servos)
            servo.PowerOn();
    }

    /// <inheritdoc/>
    protected override void PowerOff()
    {
        foreach (var servo in Servos.Where(s => s.Joint >= 0))
            _arm.SetTorque(servo.Joint, false);
    }

    /// <inheritdoc/>
    protected override int Measure(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != 0xFF || (bytes.Length > 1 && bytes[1] != 0xFF) || (bytes.Length > 2 && bytes[2] == 0xFF))
            return -1;
        if (bytes.Length < 4)
            return 0;
        if (bytes[3] < 2)
            return -1;
        return bytes.Length >= bytes[3] + 4 ? bytes[3] + 4 : 0;
    }

    /// <inheritdoc/>
    protected override void Execute(ReadOnlySpan<byte> request, Action<byte[]> reply)
    {
        var sum = 0;
        foreach (var value in request[2..^1])
            sum = (sum + value) & 0xFF;
        if (request[^1] != 255 - sum)
            return;
        var (id, instruction, parameters) = (request[2], request[4], request[5..^1].ToArray());
        switch (instruction)
        {
            case 0x82 when parameters.Length > 2:
                foreach (var servo in parameters.Skip(2).SelectMany(asked => Servos.Where(s => s.Id == asked)))
                    Answer(servo, Load(servo, parameters[0], parameters[1]), reply);
                break;
            case 0x83 when parameters.Length > 2:
                SyncWrite(parameters);
                break;
            default:
                foreach (var servo in Servos.Where(s => id == Broadcast || s.Id == id))
                    Execute(servo, instruction, parameters, answer => Answer(servo, answer, reply), isBroadcast: id == Broadcast);
                break;
        }
    }

    private void SyncWrite(byte[] parameters)
    {
        var (address, count) = (parameters[0], parameters[1]);
        for (var at = 2; at + count < parameters.Length; at += count + 1)
        {
            foreach (var servo in Servos.Where(s => s.Id == parameters[at]))
                Store(servo, address, parameters.AsSpan(at + 1, count));
        }
    }

    private void Execute(EmulatedFeetechServo servo, byte instruction, byte[] parameters, Action<byte[]> answer, bool isBroadcast)
    {
        var confirms = servo.Memory[8] != 0 && !isBroadcast;
        switch (instruction)
        {
            case 0x01:
                answer([]);
                return;
            case 0x02 when parameters.Length == 2:
                answer(Load(servo, parameters[0], parameters[1]));
                return;
            case 0x03 when parameters.Length > 1:
                Store(servo, parameters[0], parameters.AsSpan(1));
                break;
            case 0x04 when parameters.Length > 1:
                servo.Registered = parameters;
                break;
            case 0x05:
                if (servo.Registered is { } waiting)
                    Store(servo, waiting[0], waiting.AsSpan(1));
                servo.Registered = null;
                break;
            default:
                return;
        }

        if (confirms)
            answer([]);
    }

    private static void Answer(EmulatedFeetechServo servo, byte[] data, Action<byte[]> reply)
    {
        byte[] frame = [0xFF, 0xFF, servo.Id, (byte)(data.Length + 2), servo.ErrorBits, .. data, 0];
        frame[^1] = (byte)(255 - (frame.AsSpan(2, frame.Length - 3).ToArray().Sum(b => b) & 0xFF));
        reply(frame);
    }

    private byte[] Load(EmulatedFeetechServo servo, int address, int count)
    {
        if (servo.Joint >= 0)
        {
            var (position, velocity, effort) = _arm.Read(servo.Joint);
            servo.SetSigned(56, (servo.Sign * position / servo.UnitPerStep) + servo.Zero, 15);
            servo.SetSigned(58, servo.Sign * velocity / servo.UnitPerStep / SpeedUnit(servo), 15);
            servo.SetSigned(60, servo.Sign * effort * 100, 10);
            servo.SetSigned(69, servo.Sign * effort * 20, 15);
        }

        servo.Memory[62] = (byte)Math.Round(servo.Voltage * 10);
        (servo.Memory[63], servo.Memory[65]) = ((byte)servo.Temperature, servo.ErrorBits);
        return [.. Enumerable.Range(address, count).Select(a => a < servo.Memory.Length ? servo.Memory[a] : (byte)0)];
    }

    private void Store(EmulatedFeetechServo servo, int address, ReadOnlySpan<byte> data)
    {
        servo.Store(address, data);
        if (servo.Joint < 0)
            return;
        var (first, last) = (address, address + data.Length - 1);
        bool Touches(int register) => register >= first && register <= last;
        if (Touches(41) || Touches(46) || Touches(40))
            _arm.SetProfile(servo.Joint, Speed(servo), Acceleration(servo));
        var isOn = servo.Memory[40] == 1;
        if (isOn && (Touches(42) || Touches(40)))
            Drive(servo);
        if (Touches(40))
            _arm.SetTorque(servo.Joint, isOn);
    }

    private void Drive(EmulatedFeetechServo servo)
    {
        var raw = servo.Word(42);
        var steps = (raw & PositionSign) != 0 ? -(raw & ~PositionSign) : raw;
        var (low, high) = (servo.Word(9), servo.Word(11));
        if (low < high)
            steps = Math.Clamp(steps, low, high);
        var goal = servo.Sign * (steps - servo.Zero) * servo.UnitPerStep;
        _arm.SetGoal(servo.Joint, goal);
        lock (_lock)
            _goals.Add((servo.Joint, goal));
    }

    private static int SpeedUnit(EmulatedFeetechServo servo) => servo.IsBigEndian || (servo.Memory[18] & 4) != 0 ? 1 : 50;

    private static double Speed(EmulatedFeetechServo servo)
    {
        var speed = servo.Word(46) & 0x7FFF;
        if (speed == 0)
            return servo.IsBigEndian || (servo.Memory[18] & 8) != 0 ? double.PositiveInfinity : 0;
        return speed * SpeedUnit(servo) * servo.UnitPerStep;
    }

    private static double Acceleration(EmulatedFeetechServo servo) =>
        servo.IsBigEndian || servo.Memory[41] == 0 ? double.PositiveInfinity : servo.Memory[41] * 100 * servo.UnitPerStep;
}
