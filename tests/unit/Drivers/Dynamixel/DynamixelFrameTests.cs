using System.Text;
using Robotics.Core.Randomness;
using Robotics.Drivers.Dynamixel;

namespace Robotics.Tests.Unit.Drivers.Dynamixel;

public class DynamixelFrameTests
{
    [Fact]
    public void Crc_CheckOfTheAlgorithm_IsItsValue() => Assert.Equal(0xFEE8, DynamixelFrame.Crc(Encoding.ASCII.GetBytes("123456789")));

    [Theory]
    [InlineData(1, 0x01, "", "FF FF FD 00 01 03 00 01 19 4E")]
    [InlineData(254, 0x01, "", "FF FF FD 00 FE 03 00 01 31 42")]
    [InlineData(1, 0x02, "84 00 04 00", "FF FF FD 00 01 07 00 02 84 00 04 00 1D 15")]
    [InlineData(1, 0x03, "40 00 01", "FF FF FD 00 01 06 00 03 40 00 01 DB 66")]
    [InlineData(1, 0x03, "74 00 00 08 00 00", "FF FF FD 00 01 09 00 03 74 00 00 08 00 00 42 89")]
    [InlineData(254, 0x82, "84 00 04 00 01 02", "FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA")]
    [InlineData(
        254, 0x83, "74 00 04 00 01 00 00 00 00 02 FF 0F 00 00",
        "FF FF FD 00 FE 11 00 83 74 00 04 00 01 00 00 00 00 02 FF 0F 00 00 1F 40")]
    [InlineData(1, 0x03, "74 00 FF FF FD 00", "FF FF FD 00 01 0A 00 03 74 00 FF FF FD FD 00 21 E7")]
    [InlineData(1, 0x08, "", "FF FF FD 00 01 03 00 08 2F 4E")]
    [InlineData(1, 0x55, "00 06 04 26", "FF FF FD 00 01 07 00 55 00 06 04 26 65 5D")]
    public void Build_VectorsOfTheProtocol_GivesTheirBytes(byte id, byte instruction, string parameters, string expected)
    {
        var frame = new byte[DynamixelFrame.MaximumLength];
        var length = DynamixelFrame.Build(frame, id, (DynamixelInstruction)instruction, Bytes(parameters));
        Assert.Equal(Bytes(expected), frame[..length]);
    }

    [Fact]
    public void Unstuff_AnyParameters_GivesThemBack()
    {
        var random = RandomKey.FromSeed(3).OpenStream();
        byte[] header = [0xFF, 0xFF, 0xFD, 0x00];
        var frame = new byte[DynamixelFrame.MaximumLength];
        for (var round = 0; round < 5000; round++)
        {
            var parameters = new byte[random.NextInt32(12)];
            for (var i = 0; i < parameters.Length; i++)
                parameters[i] = header[random.NextInt32(4)];
            var length = DynamixelFrame.Build(frame, 1, DynamixelInstruction.Status, parameters);
            Assert.Equal(-1, frame.AsSpan(4, length - 6).IndexOf(header));
            var left = DynamixelFrame.Unstuff(frame.AsSpan(0, length));
            Assert.Equal(parameters, frame[DynamixelFrame.ParametersAt..(left - 2)]);
            Assert.Equal(parameters.Length + 3, frame[5] | (frame[6] << 8));
        }
    }

    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
