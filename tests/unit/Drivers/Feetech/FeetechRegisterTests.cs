using Robotics.Drivers.Feetech;

namespace Robotics.Tests.Unit.Drivers.Feetech;

public class FeetechRegisterTests
{
    [Theory]
    [InlineData("18 05", 15, 1304)]
    [InlineData("64 80", 15, -100)]
    [InlineData("2C 81", 15, -300)]
    [InlineData("96 04", 10, -150)]
    [InlineData("00 80", 15, 0)]
    [InlineData("FF 7F", 15, 32767)]
    public void Decode_SignMagnitude_IsNotTwosComplement(string bytes, int signBit, int expected) =>
        Assert.Equal(expected, new FeetechRegister(56, 2, signBit).Decode(FeetechFrameTests.Bytes(bytes), FeetechFamily.Sts));

    [Fact]
    public void Decode_BigEndian_SwapsTheBytes() =>
        Assert.Equal(512, FeetechRegisters.PresentPosition.Decode([2, 0], FeetechFamily.Scs));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2047, 2047)]
    [InlineData(2048, 0)]
    [InlineData(0x9B4, -436)]
    [InlineData(4095, -2047)]
    [InlineData(4096, 2048)]
    [InlineData(6143, 4095)]
    [InlineData(6144, -2048)]
    [InlineData(8191, -4095)]
    public void DecodeOffset_OldAndNewFirmware_GivesTheSteps(int raw, int expected) =>
        Assert.Equal(expected, FeetechRegister.DecodeOffset(raw));

    [Theory]
    [InlineData(15)]
    [InlineData(10)]
    public void Encode_EveryMagnitude_IsDecodedAgain(int signBit)
    {
        var bytes = new byte[2];
        var register = new FeetechRegister(42, 2, signBit);
        for (var value = 1 - (1 << signBit); value < 1 << signBit; value++)
        {
            register.Encode(value, bytes, FeetechFamily.Sts);
            Assert.Equal(value, register.Decode(bytes, FeetechFamily.Sts));
        }
    }

    [Fact]
    public void Lock_Scs_StandsWhereStsHasTheTorqueLimit()
    {
        Assert.Equal(FeetechRegisters.TorqueLimit.Address, FeetechRegisters.Lock(FeetechFamily.Scs).Address);
        Assert.NotEqual(FeetechRegisters.TorqueLimit.Address, FeetechRegisters.Lock(FeetechFamily.Sts).Address);
    }
}
