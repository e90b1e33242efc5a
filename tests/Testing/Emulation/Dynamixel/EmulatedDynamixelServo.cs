using System.Buffers.Binary;
using System.Globalization;
using Robotics.Configuration.Robots;
using Robotics.Configuration.Yaml;
using Robotics.Core.Terms;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation.Dynamixel;

/// <summary>An emulated servo of the X series and the joint that it drives.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Joint">Index of the joint in the arm; −1 for a servo that drives none.</param>
/// <param name="Zero">Steps at joint position 0.</param>
/// <param name="Sign">1, or −1 when it counts the other way round.</param>
/// <param name="UnitPerStep">Joint motion of one step, rad or m.</param>
public sealed record EmulatedDynamixelServo(byte Id, int Joint, double Zero = 2048, int Sign = 1, double UnitPerStep = 2 * Math.PI / 4096)
{
    private const int EepromLength = 64;

    /// <summary>Memory as it is.</summary>
    public byte[] Memory { get; } = new byte[256];

    /// <summary>Contents of the EEPROM.</summary>
    public byte[] Eeprom { get; } = new byte[EepromLength];

    /// <summary>Writes that wore the EEPROM.</summary>
    public int EepromWrites { get; private set; }

    /// <summary>Bits of the hardware error status.</summary>
    public byte HardwareError { get; set; }

    /// <summary>Supply voltage, V.</summary>
    public double Voltage { get; set; } = 5;

    /// <summary>Motor temperature, °C.</summary>
    public byte Temperature { get; set; } = 33;

    /// <summary>Time of the last message that it understood.</summary>
    public MonotonicTime HeardAt { get; set; }

    /// <summary>True when torque is on.</summary>
    public bool HasTorque => Memory[64] == 1;

    /// <summary>Servos as a robot's file describes them, in the order of its joints, with factory settings.</summary>
    public static EmulatedDynamixelServo[] FromRobot(RobotDefinition robot)
    {
        var option = (robot.Options.Connection?.Find("metres_per_radian")?.Value as YamlScalar)?.Text ?? "0.01";
        var travel = double.Parse(option, CultureInfo.InvariantCulture);
        return
        [
            .. robot.Joints.Select((joint, i) => new EmulatedDynamixelServo(
                (byte)joint.Id!.Value, i, joint.Zero ?? 2048, joint.Sign, 2 * Math.PI / 4096 * (joint.Kind == JointKind.Slide ? travel : 1))
                .WithFactorySettings(joint.Model == "xl430-w250" ? 1060 : 1200)),
        ];
    }

    /// <summary>Fills EEPROM as the factory does.</summary>
    public EmulatedDynamixelServo WithFactorySettings(int model = 1200, byte firmware = 52)
    {
        Eeprom.AsSpan().Clear();
        (Eeprom[6], Eeprom[7], Eeprom[8], Eeprom[9], Eeprom[11]) = (firmware, Id, 3, 250, 3);
        BinaryPrimitives.WriteUInt16LittleEndian(Eeprom, (ushort)model);
        BinaryPrimitives.WriteUInt16LittleEndian(Eeprom.AsSpan(32), 70);
        BinaryPrimitives.WriteUInt16LittleEndian(Eeprom.AsSpan(34), 35);
        BinaryPrimitives.WriteUInt16LittleEndian(Eeprom.AsSpan(36), 885);
        BinaryPrimitives.WriteUInt16LittleEndian(Eeprom.AsSpan(38), 1750);
        BinaryPrimitives.WriteInt32LittleEndian(Eeprom.AsSpan(48), 4095);
        return this;
    }

    /// <summary>Loads EEPROM; SRAM starts at its defaults.</summary>
    public void PowerOn()
    {
        Memory.AsSpan().Clear();
        Eeprom.CopyTo(Memory, 0);
        Memory[68] = 2;
        Eeprom.AsSpan(36, 4).CopyTo(Memory.AsSpan(100));
    }

    /// <summary>Stores bytes; the error number of the refusal, or 0.</summary>
    public int Store(int address, ReadOnlySpan<byte> data)
    {
        if (address + data.Length > Memory.Length || address <= 6)
            return 7;
        if (address < EepromLength && HasTorque)
            return 7;
        if (Memory[98] == 255 && address is >= 100 and < 120)
            return 4;
        data.CopyTo(Memory.AsSpan(address));
        if (address >= EepromLength)
            return 0;
        data.CopyTo(Eeprom.AsSpan(address));
        EepromWrites++;
        return 0;
    }

    /// <summary>A signed register of four bytes.</summary>
    public int Word32(int address) => BinaryPrimitives.ReadInt32LittleEndian(Memory.AsSpan(address));

    /// <summary>A signed register of two bytes.</summary>
    public int Word16(int address) => BinaryPrimitives.ReadInt16LittleEndian(Memory.AsSpan(address));
}
