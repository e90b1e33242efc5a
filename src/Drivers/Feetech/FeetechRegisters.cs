using System.Buffers.Binary;

namespace Robotics.Drivers.Feetech;

/// <summary>A register of one or two bytes.</summary>
/// <param name="Address">First byte.</param>
/// <param name="Size">1 or 2 bytes.</param>
/// <param name="SignBit">Bit of the sign of a sign-magnitude number; −1 for a number without sign.</param>
internal readonly record struct FeetechRegister(byte Address, int Size, int SignBit = -1)
{
    /// <summary>The value in the bytes of the register.</summary>
    public int Decode(ReadOnlySpan<byte> bytes, FeetechFamily family)
    {
        if (Size == 1)
            return bytes[0];
        var raw = family == FeetechFamily.Sts
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return SignBit < 0 ? raw : FromSignMagnitude(raw, SignBit);
    }

    /// <summary>Writes a value into the bytes of the register.</summary>
    public void Encode(int value, Span<byte> bytes, FeetechFamily family)
    {
        if (Size == 1)
        {
            bytes[0] = (byte)value;
            return;
        }

        var raw = (ushort)(SignBit < 0 ? value : ToSignMagnitude(value, SignBit));
        if (family == FeetechFamily.Sts)
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, raw);
        else
            BinaryPrimitives.WriteUInt16BigEndian(bytes, raw);
    }

    /// <summary>Feetech's signed numbers: a magnitude below the sign's bit, never two's complement; −0 is 0.</summary>
    public static int FromSignMagnitude(int raw, int signBit)
    {
        var magnitude = raw & ((1 << signBit) - 1);
        return (raw & (1 << signBit)) != 0 ? -magnitude : magnitude;
    }

    /// <summary>The inverse of <see cref="FromSignMagnitude"/>; a magnitude that does not fit is limited.</summary>
    public static int ToSignMagnitude(int value, int signBit)
    {
        var magnitude = Math.Min(Math.Abs(value), (1 << signBit) - 1);
        return value < 0 ? magnitude | (1 << signBit) : magnitude;
    }

    /// <summary>
    /// The homing offset in steps: bit 11 is the sign of older firmware's; newer firmware takes 0 to 8191 in four quarters.
    /// </summary>
    public static int DecodeOffset(int raw)
    {
        raw &= 0x1FFF;
        var magnitude = (raw & 0x7FF) + ((raw & 0x1000) != 0 ? 2048 : 0);
        return (raw & 0x800) != 0 ? -magnitude : magnitude;
    }
}

/// <summary>Control tables of the two families.</summary>
internal static class FeetechRegisters
{
    public static readonly FeetechRegister FirmwareMajor = new(0, 1);
    public static readonly FeetechRegister FirmwareMinor = new(1, 1);
    public static readonly FeetechRegister ByteOrder = new(2, 1);
    public static readonly FeetechRegister Model = new(3, 2);
    public static readonly FeetechRegister BaudCode = new(6, 1);
    public static readonly FeetechRegister ReturnDelay = new(7, 1);
    public static readonly FeetechRegister StatusLevel = new(8, 1);
    public static readonly FeetechRegister MinimumPosition = new(9, 2);
    public static readonly FeetechRegister MaximumPosition = new(11, 2);
    public static readonly FeetechRegister MaximumVoltage = new(14, 1);
    public static readonly FeetechRegister MinimumVoltage = new(15, 1);
    public static readonly FeetechRegister MaximumTorque = new(16, 2);
    public static readonly FeetechRegister Phase = new(18, 1);
    public static readonly FeetechRegister UnloadConditions = new(19, 1);
    public static readonly FeetechRegister ProtectionCurrent = new(28, 2);
    public static readonly FeetechRegister HomingOffset = new(31, 2);
    public static readonly FeetechRegister Mode = new(33, 1);
    public static readonly FeetechRegister TorqueEnable = new(40, 1);
    public static readonly FeetechRegister Acceleration = new(41, 1);
    public static readonly FeetechRegister GoalPosition = new(42, 2, 15);
    public static readonly FeetechRegister GoalTime = new(44, 2);
    public static readonly FeetechRegister GoalVelocity = new(46, 2, 15);
    public static readonly FeetechRegister TorqueLimit = new(48, 2);
    public static readonly FeetechRegister PresentPosition = new(56, 2, 15);
    public static readonly FeetechRegister PresentVelocity = new(58, 2, 15);
    public static readonly FeetechRegister PresentLoad = new(60, 2, 10);
    public static readonly FeetechRegister PresentVoltage = new(62, 1);
    public static readonly FeetechRegister PresentTemperature = new(63, 1);
    public static readonly FeetechRegister PresentCurrent = new(69, 2, 15);
    private static readonly FeetechRegister LockSts = new(55, 1);
    private static readonly FeetechRegister LockScs = new(48, 1);

    /// <summary>0 lets writes below 40 persist, 1 does not. On SCS it stands where STS has the torque limit.</summary>
    public static FeetechRegister Lock(FeetechFamily family) => family == FeetechFamily.Sts ? LockSts : LockScs;

    /// <summary>Fraction of the torque that counts as overload, %; the time until then and the torque after it stand before it.</summary>
    public static FeetechRegister Overload(FeetechFamily family) => new((byte)(family == FeetechFamily.Sts ? 36 : 39), 1);

    /// <summary>Number of positions that the encoder tells apart within the joint limits.</summary>
    public static int Steps(FeetechFamily family) => family == FeetechFamily.Sts ? 4096 : 1024;

    /// <summary>Angle of one step, rad.</summary>
    public static double RadiansPerStep(FeetechFamily family) =>
        family == FeetechFamily.Sts ? 2 * Math.PI / 4096 : 300.0 / 180 * Math.PI / 1023;
}
