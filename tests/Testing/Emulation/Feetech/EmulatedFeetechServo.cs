using Robotics.Configuration.Robots;
using Robotics.Configuration.Yaml;
using Robotics.Core.Terms;

namespace Robotics.Testing.Emulation.Feetech;

/// <summary>An emulated servo and the joint that it drives.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Joint">Index of the joint in the arm; −1 for a servo that drives none.</param>
/// <param name="Zero">Steps at joint position 0.</param>
/// <param name="Sign">1, or −1 when it counts the other way round.</param>
/// <param name="UnitPerStep">Joint motion of one step, rad or m.</param>
public sealed record EmulatedFeetechServo(byte Id, int Joint, double Zero = 2048, int Sign = 1, double UnitPerStep = 2 * Math.PI / 4096)
{
    private const int EepromLength = 40;

    /// <summary>True for big-endian registers (SCS).</summary>
    public bool IsBigEndian { get; init; }

    /// <summary>Memory as it is: EEPROM's working copy and SRAM.</summary>
    public byte[] Memory { get; } = new byte[128];

    /// <summary>Contents of the EEPROM.</summary>
    public byte[] Eeprom { get; } = new byte[EepromLength];

    /// <summary>Writes that wore the EEPROM.</summary>
    public int EepromWrites { get; private set; }

    /// <summary>Error bits that it reports.</summary>
    public byte ErrorBits { get; set; }

    /// <summary>Supply voltage, V.</summary>
    public double Voltage { get; set; } = 7.4;

    /// <summary>Motor temperature, °C.</summary>
    public int Temperature { get; set; } = 31;

    /// <summary>A registered write that waits for its action.</summary>
    public byte[]? Registered { get; set; }

    private int LockAddress => IsBigEndian ? 48 : 55;

    /// <summary>Servos as a robot's file describes them, in the order of its joints, with factory settings.</summary>
    public static EmulatedFeetechServo[] FromRobot(RobotDefinition robot)
    {
        string? Option(string key) => (robot.Options.Connection?.Find(key)?.Value as YamlScalar)?.Text;
        var isScs = Option("family") == "scs";
        var radians = isScs ? 300 * Math.PI / 180 / 1023 : 2 * Math.PI / 4096;
        var travel = double.Parse(Option("metres_per_radian") ?? "0.01", System.Globalization.CultureInfo.InvariantCulture);
        return
        [
            .. robot.Joints.Select((joint, i) => new EmulatedFeetechServo(
                (byte)joint.Id!.Value, i, joint.Zero ?? (isScs ? 512 : 2048), joint.Sign,
                radians * (joint.Kind == JointKind.Slide ? travel : 1))
            {
                IsBigEndian = isScs,
            }.WithFactorySettings(isScs ? 1284 : 777)),
        ];
    }

    /// <summary>Fills EEPROM as the factory does.</summary>
    public EmulatedFeetechServo WithFactorySettings(int model = 777)
    {
        Eeprom.AsSpan().Clear();
        (Eeprom[0], Eeprom[1], Eeprom[2], Eeprom[5], Eeprom[7], Eeprom[8]) = (3, 10, (byte)(IsBigEndian ? 1 : 0), Id, 250, 1);
        SetWord(Eeprom, 3, model);
        SetWord(Eeprom, 11, IsBigEndian ? 1023 : 4095);
        (Eeprom[13], Eeprom[14], Eeprom[15]) = (70, 80, 40);
        SetWord(Eeprom, 16, 1000);
        (Eeprom[18], Eeprom[19], Eeprom[20], Eeprom[21], Eeprom[22]) = (12, 44, 47, 32, 32);
        SetWord(Eeprom, 28, 500);
        (Eeprom[34], Eeprom[35], Eeprom[36]) = (20, 200, 80);
        return this;
    }

    /// <summary>Loads EEPROM; SRAM starts at its defaults. Goal and profile are 0: torque without a goal drives to step 0.</summary>
    public void PowerOn()
    {
        Memory.AsSpan().Clear();
        Eeprom.CopyTo(Memory, 0);
        Memory[LockAddress] = 1;
        if (!IsBigEndian)
            Eeprom.AsSpan(16, 2).CopyTo(Memory.AsSpan(48));
        Registered = null;
    }

    /// <summary>Stores bytes as the servo does: EEPROM's are lost with the supply while it is locked.</summary>
    public void Store(int address, ReadOnlySpan<byte> data)
    {
        for (var i = 0; i < data.Length && address + i < Memory.Length; i++)
        {
            var at = address + i;
            if (at is <= 4 or >= 56 and < 80)
                continue;
            Memory[at] = data[i];
            if (at < EepromLength && Memory[LockAddress] == 0)
            {
                Eeprom[at] = data[i];
                EepromWrites++;
            }
        }
    }

    /// <summary>A word without sign.</summary>
    public int Word(int address) => IsBigEndian
        ? (Memory[address] << 8) | Memory[address + 1]
        : Memory[address] | (Memory[address + 1] << 8);

    /// <summary>Sets a word without sign.</summary>
    public void SetWord(byte[] memory, int address, int value)
    {
        var (low, high) = ((byte)value, (byte)(value >> 8));
        (memory[address], memory[address + 1]) = IsBigEndian ? (high, low) : (low, high);
    }

    /// <summary>Sets a sign-magnitude word.</summary>
    public void SetSigned(int address, double value, int signBit)
    {
        var magnitude = (int)Math.Min(Math.Round(Math.Abs(value)), (1 << signBit) - 1);
        SetWord(Memory, address, value < 0 ? magnitude + (1 << signBit) : magnitude);
    }
}
