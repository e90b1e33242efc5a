using System.Buffers;
using Robotics.Core.Randomness;
using Robotics.Drivers.Feetech;
using Robotics.Drivers.Serial;

namespace Robotics.Tests.Unit.Drivers.Feetech;

public class FeetechFrameParserTests
{
    private readonly FeetechFrameParser _parser = new();

    [Theory]
    [InlineData("FF FF 01 02 00 FC")]
    [InlineData("FF FF 01 02 20 DC")]
    [InlineData("FF FF 01 04 00 09 03 EE")]
    [InlineData("FF FF 01 04 00 18 05 DD")]
    [InlineData("FF FF 01 04 00 64 80 16")]
    [InlineData("FF FF 01 11 00 00 08 2C 81 96 04 4A 1F 00 00 01 34 08 0C 00 EC")]
    [InlineData("FF FF 01 04 00 02 00 F8")]
    public void Next_VectorsOfTheProtocol_AreFrames(string hex)
    {
        var bytes = FeetechFrameTests.Bytes(hex);
        var frames = Parse([.. bytes, .. bytes], out var corrupt);
        Assert.Equal([bytes, bytes], frames);
        Assert.Equal(0, corrupt);
    }

    [Fact]
    public void Next_BlockOfStates_HasTheValuesOfTheVector()
    {
        var frame = Parse(FeetechFrameTests.Bytes("FF FF 01 11 00 00 08 2C 81 96 04 4A 1F 00 00 01 34 08 0C 00 EC"), out _).Single();
        int Value(FeetechRegister register) => register.Decode(frame.AsSpan(5 + register.Address - 56), FeetechFamily.Sts);
        Assert.Equal(2048, Value(FeetechRegisters.PresentPosition));
        Assert.Equal(-300, Value(FeetechRegisters.PresentVelocity));
        Assert.Equal(-150, Value(FeetechRegisters.PresentLoad));
        Assert.Equal(74, Value(FeetechRegisters.PresentVoltage));
        Assert.Equal(31, Value(FeetechRegisters.PresentTemperature));
        Assert.Equal(12, Value(FeetechRegisters.PresentCurrent));
    }

    [Fact]
    public void Next_NoiseAndAWrongChecksumBefore_FindsTheFrame()
    {
        var good = FeetechFrameTests.Bytes("FF FF 01 04 00 18 05 DD");
        var frames = Parse([0x00, 0xFF, 0x13, 0xFF, 0xFF, 0x01, 0x04, 0x00, 0x18, 0x05, 0xDC, 0xFF, .. good], out var corrupt);
        Assert.Equal([good], frames);
        Assert.True(corrupt > 0);
    }

    [Fact]
    public void Next_FrameInPieces_WaitsForItsEnd()
    {
        var good = FeetechFrameTests.Bytes("FF FF 01 04 00 18 05 DD");
        for (var cut = 0; cut < good.Length; cut++)
        {
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(good.AsMemory(0, cut)));
            Assert.Equal(FrameStatus.Incomplete, _parser.Next(ref reader, new byte[_parser.MaximumLength], out _));
            Assert.Equal(0, reader.Consumed);
        }
    }

    [Theory]
    [InlineData(20_000)]
    public void Next_RandomAndMutatedBytes_NeitherThrowsNorStands(int inputs)
    {
        var random = RandomKey.FromSeed(1).OpenStream();
        var frame = new byte[_parser.MaximumLength];
        var good = FeetechFrameTests.Bytes("FF FF 01 11 00 00 08 2C 81 96 04 4A 1F 00 00 01 34 08 0C 00 EC");
        for (var input = 0; input < inputs; input++)
        {
            var bytes = new byte[random.NextInt32(3 * good.Length)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = random.NextInt32(10) == 0 ? (byte)random.NextUInt32() : good[i % good.Length];
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
            FrameStatus status;
            do
            {
                var before = reader.Consumed;
                status = _parser.Next(ref reader, frame, out var length);
                Assert.True(status == FrameStatus.Incomplete || reader.Consumed > before);
                Assert.True(status != FrameStatus.Frame || length == frame[3] + 4);
            }
            while (status != FrameStatus.Incomplete);
            Assert.True(reader.Remaining < _parser.MaximumLength);
        }
    }

    private List<byte[]> Parse(byte[] bytes, out int corrupt)
    {
        var frames = new List<byte[]>();
        var frame = new byte[_parser.MaximumLength];
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        corrupt = 0;
        while (_parser.Next(ref reader, frame, out var length) is var status and not FrameStatus.Incomplete)
        {
            if (status == FrameStatus.Frame)
                frames.Add(frame[..length]);
            else
                corrupt++;
        }

        return frames;
    }
}
