using System.Buffers.Binary;

namespace Robotics.Drivers.Dynamixel;

/// <summary>A register of one, two or four bytes; signed ones are two's complement.</summary>
internal readonly record struct DynamixelRegister(int Address, int Size)
{
    /// <summary>The value in the bytes of the register, signed.</summary>
    public int Decode(ReadOnlySpan<byte> bytes) => Size switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes),
    };

    /// <summary>The value as the bytes of the register.</summary>
    public byte[] Encode(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes[..Size];
    }
}

/// <summary>Control table of the X series.</summary>
internal static class DynamixelRegisters
{
    public static readonly DynamixelRegister Model = new(0, 2);
    public static readonly DynamixelRegister Firmware = new(6, 1);
    public static readonly DynamixelRegister ReturnDelay = new(9, 1);
    public static readonly DynamixelRegister DriveMode = new(10, 1);
    public static readonly DynamixelRegister OperatingMode = new(11, 1);
    public static readonly DynamixelRegister HomingOffset = new(20, 4);
    public static readonly DynamixelRegister MaximumVoltage = new(32, 2);
    public static readonly DynamixelRegister MinimumVoltage = new(34, 2);
    public static readonly DynamixelRegister CurrentLimit = new(38, 2);
    public static readonly DynamixelRegister MaximumPosition = new(48, 4);
    public static readonly DynamixelRegister MinimumPosition = new(52, 4);
    public static readonly DynamixelRegister TorqueEnable = new(64, 1);
    public static readonly DynamixelRegister StatusLevel = new(68, 1);
    public static readonly DynamixelRegister HardwareError = new(70, 1);
    public static readonly DynamixelRegister Watchdog = new(98, 1);
    public static readonly DynamixelRegister GoalPwm = new(100, 2);
    public static readonly DynamixelRegister GoalCurrent = new(102, 2);
    public static readonly DynamixelRegister ProfileAcceleration = new(108, 4);
    public static readonly DynamixelRegister ProfileVelocity = new(112, 4);
    public static readonly DynamixelRegister GoalPosition = new(116, 4);
    public static readonly DynamixelRegister PresentCurrent = new(126, 2);
    public static readonly DynamixelRegister PresentVelocity = new(128, 4);
    public static readonly DynamixelRegister PresentPosition = new(132, 4);
    public static readonly DynamixelRegister PresentVoltage = new(144, 2);
    public static readonly DynamixelRegister PresentTemperature = new(146, 1);

    /// <summary>Positions within one turn.</summary>
    public const int Steps = 4096;

    /// <summary>Watchdog register of a servo that has stopped by itself; it refuses goals until 0 is written.</summary>
    public const byte WatchdogTripped = 255;

    /// <summary>Angle of one step, rad.</summary>
    public const double RadiansPerStep = 2 * Math.PI / Steps;

    /// <summary>One unit of velocity, 0.229 rpm, in steps per second.</summary>
    public const double VelocityUnit = 0.229 / 60 * Steps;

    /// <summary>One unit of acceleration, 214.577 rev/min², in steps per second².</summary>
    public const double AccelerationUnit = 214.577 / 3600 * Steps;

    /// <summary>Goal PWM at full torque.</summary>
    public const int FullPwm = 885;
}
