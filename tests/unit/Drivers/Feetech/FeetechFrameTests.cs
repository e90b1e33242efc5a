using Robotics.Drivers.Feetech;

namespace Robotics.Tests.Unit.Drivers.Feetech;

public class FeetechFrameTests
{
    [Theory]
    [InlineData(1, 0x01, "", "FF FF 01 02 01 FB")]
    [InlineData(254, 0x01, "", "FF FF FE 02 01 FE")]
    [InlineData(1, 0x04, "2A 00 08 00 00 E8 03", "FF FF 01 09 04 2A 00 08 00 00 E8 03 D4")]
    [InlineData(254, 0x05, "", "FF FF FE 02 05 FA")]
    [InlineData(1, 0x0A, "", "FF FF 01 02 0A F2")]
    [InlineData(1, 0x0B, "", "FF FF 01 02 0B F1")]
    [InlineData(1, 0x0B, "00 04", "FF FF 01 04 0B 00 04 EB")]
    [InlineData(1, 0x08, "", "FF FF 01 02 08 F4")]
    public void Build_VectorsOfTheProtocol_GivesTheirBytes(byte id, byte instruction, string parameters, string expected)
    {
        var frame = new byte[FeetechFrame.MaximumLength];
        var length = FeetechFrame.Build(frame, id, (FeetechInstruction)instruction, Bytes(parameters));
        Assert.Equal(Bytes(expected), frame[..length]);
    }

    [Theory]
    [InlineData(3, 2, "FF FF 01 04 02 03 02 F3")]
    [InlineData(56, 2, "FF FF 01 04 02 38 02 BE")]
    [InlineData(56, 15, "FF FF 01 04 02 38 0F B1")]
    public void Read_VectorsOfTheProtocol_GivesTheirBytes(byte address, byte count, string expected)
    {
        var frame = new byte[FeetechFrame.MaximumLength];
        Assert.Equal(Bytes(expected), frame[..FeetechFrame.Read(frame, 1, address, count)]);
    }

    [Theory]
    [InlineData(1, 40, "01", "FF FF 01 04 03 28 01 CE")]
    [InlineData(254, 40, "00", "FF FF FE 04 03 28 00 D2")]
    [InlineData(1, 40, "80", "FF FF 01 04 03 28 80 4F")]
    [InlineData(1, 55, "00", "FF FF 01 04 03 37 00 C0")]
    [InlineData(1, 55, "01", "FF FF 01 04 03 37 01 BF")]
    [InlineData(1, 5, "06", "FF FF 01 04 03 05 06 EC")]
    [InlineData(1, 42, "00 08 00 00 E8 03", "FF FF 01 09 03 2A 00 08 00 00 E8 03 D5")]
    [InlineData(1, 41, "32 00 08 00 00 E8 03", "FF FF 01 0A 03 29 32 00 08 00 00 E8 03 A3")]
    public void Write_VectorsOfTheProtocol_GivesTheirBytes(byte id, byte address, string data, string expected)
    {
        var frame = new byte[FeetechFrame.MaximumLength];
        Assert.Equal(Bytes(expected), frame[..FeetechFrame.Write(frame, id, address, Bytes(data))]);
    }

    [Fact]
    public void WriteRegister_SignedVectorsOfTheProtocol_GivesTheirBytes()
    {
        Assert.Equal(Bytes("FF FF 01 05 03 2A 00 08 C4"), Register(1, FeetechRegisters.GoalPosition, 2048, FeetechFamily.Sts));
        Assert.Equal(Bytes("FF FF 01 05 03 2E F4 81 53"), Register(1, FeetechRegisters.GoalVelocity, -500, FeetechFamily.Sts));
        Assert.Equal(Bytes("FF FF 01 05 03 2C 2C 05 99"), Register(1, new FeetechRegister(44, 2, 10), -300, FeetechFamily.Sts));
        Assert.Equal(Bytes("FF FF 06 05 03 1F B4 09 15"), Register(6, new FeetechRegister(31, 2, 11), -436, FeetechFamily.Sts));
    }

    [Fact]
    public void Write_BigEndianVectorOfTheProtocol_GivesItsBytes()
    {
        var data = new byte[6];
        FeetechRegisters.GoalPosition.Encode(512, data, FeetechFamily.Scs);
        FeetechRegisters.GoalTime.Encode(0, data.AsSpan(2), FeetechFamily.Scs);
        FeetechRegisters.GoalVelocity.Encode(1500, data.AsSpan(4), FeetechFamily.Scs);
        var frame = new byte[FeetechFrame.MaximumLength];
        Assert.Equal(Bytes("FF FF 01 09 03 2A 02 00 00 00 05 DC E5"), frame[..FeetechFrame.Write(frame, 1, 42, data)]);
    }

    [Fact]
    public void SyncRead_VectorsOfTheProtocol_GivesTheirBytes()
    {
        var frame = new byte[FeetechFrame.MaximumLength];
        Assert.Equal(
            Bytes("FF FF FE 0A 82 38 02 01 02 03 04 05 06 26"), frame[..FeetechFrame.SyncRead(frame, 56, 2, [1, 2, 3, 4, 5, 6], [])]);
        Assert.Equal(Bytes("FF FF FE 06 82 38 08 01 02 36"), frame[..FeetechFrame.SyncRead(frame, 56, 8, [1, 2], [false, false])]);
    }

    [Fact]
    public void SyncRead_SomeReceived_AsksTheOthers()
    {
        var frame = new byte[FeetechFrame.MaximumLength];
        var length = FeetechFrame.SyncRead(frame, 56, 8, [1, 2, 3], [true, false, true]);
        Assert.Equal([0xFF, 0xFF, 0xFE, 5, 0x82, 56, 8, 2], frame[..(length - 1)]);
    }

    [Fact]
    public void SyncWrite_VectorsOfTheProtocol_GivesTheirBytes()
    {
        var frame = new byte[FeetechFrame.MaximumLength];
        Assert.Equal(
            Bytes("FF FF FE 0A 83 2A 02 01 00 00 02 FF 0F 37"), frame[..FeetechFrame.SyncWrite(frame, 42, 2, [1, 2], [0, 0, 0xFF, 0x0F])]);
        Assert.Equal(
            Bytes("FF FF FE 16 83 2A 02 01 00 08 02 00 08 03 00 08 04 00 08 05 00 08 06 00 08 F7"),
            frame[..FeetechFrame.SyncWrite(frame, 42, 2, [1, 2, 3, 4, 5, 6], [0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8])]);
    }

    internal static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Register(byte id, FeetechRegister register, int value, FeetechFamily family)
    {
        var data = new byte[2];
        register.Encode(value, data, family);
        var frame = new byte[FeetechFrame.MaximumLength];
        return frame[..FeetechFrame.Write(frame, id, register.Address, data)];
    }
}
