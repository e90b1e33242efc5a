using System.Buffers.Binary;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Dynamixel;

/// <summary>
/// Dynamixel servos of the X series on a pseudo-terminal with MuJoCo behind them, with bus watchdogs. Written from the protocol's
/// description, independent of the driver.
/// </summary>
public sealed class DynamixelBusEmulator : SerialEmulator
{
    private const int Broadcast = 254;
    private readonly EmulatedArm _arm;
    private readonly List<(int Joint, double Goal)> _goals = [];
    private readonly Lock _lock = new();

    /// <summary>Creates the emulator; <see cref="SerialEmulator.Start"/> switches it on.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="servos">The servos; two may have the same id.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="faults">Faults of the wire.</param>
    /// <param name="link">Path of a lasting link to the port; null for none.</param>
    public DynamixelBusEmulator(
        EmulatedArm arm, IReadOnlyList<EmulatedDynamixelServo> servos, SystemClock clock, EmulatorFaults faults, string? link = null)
        : base(clock, faults, link) => (_arm, Servos) = (arm, servos);

    /// <summary>The servos.</summary>
    public IReadOnlyList<EmulatedDynamixelServo> Servos { get; }

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
    protected override void Tick()
    {
        foreach (var servo in Servos.Where(s => s.HasTorque && s.Memory[98] is > 0 and < 128))
        {
            if ((Clock.Now - servo.HeardAt).TotalSeconds < servo.Memory[98] * 0.02)
                continue;
            servo.Memory[98] = 255;
            if (servo.Joint >= 0)
                _arm.SetGoal(servo.Joint, _arm.Read(servo.Joint).Position);
        }
    }

    /// <inheritdoc/>
    protected override int Measure(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> header = [0xFF, 0xFF, 0xFD, 0x00];
        if (!bytes[..Math.Min(4, bytes.Length)].SequenceEqual(header[..Math.Min(4, bytes.Length)]))
            return -1;
        if (bytes.Length < 7)
            return 0;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]) + 7;
        if (length is < 10 or > 1024)
            return -1;
        return bytes.Length >= length ? length : 0;
    }

    /// <inheritdoc/>
    protected override void Execute(ReadOnlySpan<byte> request, Action<byte[]> reply)
    {
        if (Crc(request[..^2]) != BinaryPrimitives.ReadUInt16LittleEndian(request[^2..]))
            return;
        var (id, instruction, parameters) = (request[4], request[7], Unstuff(request[8..^2]));
        foreach (var servo in Servos.Where(s => id == Broadcast || s.Id == id))
            servo.HeardAt = Clock.Now;
        switch (instruction)
        {
            case 0x82 when parameters.Length >= 4:
                var (from, count) = (Word(parameters, 0), Word(parameters, 2));
                foreach (var servo in parameters.Skip(4).SelectMany(asked => Servos.Where(s => s.Id == asked)))
                    Answer(servo, 0, Load(servo, from, count), reply);
                break;
            case 0x83 when parameters.Length >= 4:
                SyncWrite(parameters);
                break;
            case 0x01:
                foreach (var servo in Servos.Where(s => id == Broadcast || s.Id == id))
                    Answer(servo, 0, [servo.Memory[0], servo.Memory[1], servo.Memory[6]], reply);
                break;
            default:
                foreach (var servo in Servos.Where(s => s.Id == id))
                    Execute(servo, instruction, parameters, reply);
                break;
        }
    }

    private void SyncWrite(byte[] parameters)
    {
        var (address, count) = (Word(parameters, 0), Word(parameters, 2));
        for (var at = 4; at + count < parameters.Length; at += count + 1)
        {
            foreach (var servo in Servos.Where(s => s.Id == parameters[at]))
                Store(servo, address, parameters.AsSpan(at + 1, count));
        }
    }

    private void Execute(EmulatedDynamixelServo servo, byte instruction, byte[] parameters, Action<byte[]> reply)
    {
        switch (instruction)
        {
            case 0x02 when parameters.Length == 4:
                Answer(servo, 0, Load(servo, Word(parameters, 0), Word(parameters, 2)), reply);
                break;
            case 0x03 when parameters.Length > 2:
                var error = Store(servo, Word(parameters, 0), parameters.AsSpan(2));
                if (servo.Memory[68] == 2)
                    Answer(servo, error, [], reply);
                break;
            default:
                Answer(servo, 2, [], reply);
                break;
        }
    }

    private static void Answer(EmulatedDynamixelServo servo, int error, byte[] data, Action<byte[]> reply)
    {
        var alert = servo.HardwareError != 0 ? 0x80 : 0;
        var body = Stuff([0x55, (byte)(error | alert), .. data]);
        var length = body.Length + 2;
        byte[] frame = [0xFF, 0xFF, 0xFD, 0x00, servo.Id, (byte)length, (byte)(length >> 8), .. body, 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(frame.Length - 2), Crc(frame.AsSpan(0, frame.Length - 2)));
        reply(frame);
    }

    private byte[] Load(EmulatedDynamixelServo servo, int address, int count)
    {
        if (servo.Joint >= 0)
        {
            var (position, velocity, effort) = _arm.Read(servo.Joint);
            var speed = servo.Sign * velocity / servo.UnitPerStep * 60 / 4096 / 0.229;
            BinaryPrimitives.WriteInt16LittleEndian(servo.Memory.AsSpan(126), (short)Math.Clamp(servo.Sign * effort * 1000, -1750, 1750));
            BinaryPrimitives.WriteInt32LittleEndian(servo.Memory.AsSpan(128), (int)Math.Round(speed));
            BinaryPrimitives.WriteInt32LittleEndian(
                servo.Memory.AsSpan(132), (int)Math.Round((servo.Sign * position / servo.UnitPerStep) + servo.Zero));
        }

        BinaryPrimitives.WriteInt16LittleEndian(servo.Memory.AsSpan(144), (short)Math.Round(servo.Voltage * 10));
        (servo.Memory[70], servo.Memory[146]) = (servo.HardwareError, servo.Temperature);
        return [.. Enumerable.Range(address, count).Select(a => a < servo.Memory.Length ? servo.Memory[a] : (byte)0)];
    }

    private int Store(EmulatedDynamixelServo servo, int address, ReadOnlySpan<byte> data)
    {
        var had = servo.HasTorque;
        var error = servo.Store(address, data);
        if (error != 0 || servo.Joint < 0)
            return error;
        var last = address + data.Length - 1;
        if (address <= 115 && last >= 108)
            _arm.SetProfile(servo.Joint, Profile(servo, 112, 0.229 / 60), Profile(servo, 108, 214.577 / 3600));
        var isGoal = address <= 119 && last >= 116;
        if (servo.HasTorque && (isGoal || !had))
            Drive(servo);
        if (servo.HasTorque != had)
            _arm.SetTorque(servo.Joint, servo.HasTorque);
        return 0;
    }

    private void Drive(EmulatedDynamixelServo servo)
    {
        var steps = servo.Word32(116);
        if (servo.Memory[11] == 3)
            steps = Math.Clamp(steps, servo.Word32(52), servo.Word32(48));
        var goal = servo.Sign * (steps - servo.Zero) * servo.UnitPerStep;
        _arm.SetGoal(servo.Joint, goal);
        lock (_lock)
            _goals.Add((servo.Joint, goal));
    }

    private static double Profile(EmulatedDynamixelServo servo, int address, double turnsPerUnit) =>
        servo.Word32(address) == 0 ? double.PositiveInfinity : servo.Word32(address) * turnsPerUnit * 4096 * servo.UnitPerStep;

    private static int Word(byte[] bytes, int at) => bytes[at] | (bytes[at + 1] << 8);

    private static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var value in bytes)
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x8005) & 0xFFFF : crc << 1;
        }

        return (ushort)crc;
    }

    private static byte[] Stuff(byte[] body)
    {
        var stuffed = new List<byte>();
        for (var i = 0; i < body.Length; i++)
        {
            stuffed.Add(body[i]);
            if (i >= 2 && body[i - 2] == 0xFF && body[i - 1] == 0xFF && body[i] == 0xFD)
                stuffed.Add(0xFD);
        }

        return [.. stuffed];
    }

    private static byte[] Unstuff(ReadOnlySpan<byte> body)
    {
        var plain = new List<byte>();
        for (var i = 0; i < body.Length; i++)
        {
            if (i >= 3 && body[i - 3] == 0xFF && body[i - 2] == 0xFF && body[i - 1] == 0xFD && body[i] == 0xFD)
                continue;
            plain.Add(body[i]);
        }

        return [.. plain];
    }
}
