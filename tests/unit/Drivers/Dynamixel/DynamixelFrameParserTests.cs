using System.Buffers;
using Robotics.Core.Randomness;
using Robotics.Drivers.Dynamixel;
using Robotics.Drivers.Serial;

namespace Robotics.Tests.Unit.Drivers.Dynamixel;

public class DynamixelFrameParserTests
{
    private readonly DynamixelFrameParser _parser = new();

    [Fact]
    public void Next_StatusOfPing_IsAFrame()
    {
        var bytes = DynamixelFrameTests.Bytes("FF FF FD 00 01 07 00 55 00 06 04 26 65 5D");
        Assert.Equal([bytes, bytes], Parse([.. bytes, .. bytes], out var corrupt));
        Assert.Equal(0, corrupt);
    }

    [Fact]
    public void Next_OwnInstructionAndNoiseBefore_FindsTheStatus()
    {
        var echo = DynamixelFrameTests.Bytes("FF FF FD 00 01 03 00 01 19 4E");
        var status = DynamixelFrameTests.Bytes("FF FF FD 00 01 07 00 55 00 06 04 26 65 5D");
        Assert.Equal([status], Parse([.. echo, 0xFF, 0xFF, 0x12, .. status], out var corrupt));
        Assert.True(corrupt > 0);
    }

    [Fact]
    public void Next_StuffedStatus_IsUnstuffedAfterItsChecksum()
    {
        var frame = new byte[DynamixelFrame.MaximumLength];
        byte[] data = [0x00, 0xFF, 0xFF, 0xFD, 0x00, 0xFF, 0xFF, 0xFD];
        var length = DynamixelFrame.Build(frame, 7, DynamixelInstruction.Status, data);
        Assert.Equal(data.Length + 2 + DynamixelFrame.Overhead, length);
        var status = Parse(frame[..length], out _).Single();
        Assert.Equal(data, status[DynamixelFrame.ErrorAt..^2]);
    }

    [Fact]
    public void Next_WrongChecksum_IsPassedOver()
    {
        var status = DynamixelFrameTests.Bytes("FF FF FD 00 01 07 00 55 00 06 04 26 65 5D");
        var wrong = status.ToArray();
        (wrong[9], wrong[10]) = (wrong[10], wrong[9]);
        Assert.Equal([status], Parse([.. wrong, .. status], out var corrupt));
        Assert.True(corrupt > 0);
    }

    [Theory]
    [InlineData(20_000)]
    public void Next_RandomAndMutatedBytes_NeitherThrowsNorStands(int inputs)
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        var frame = new byte[_parser.MaximumLength];
        var good = DynamixelFrameTests.Bytes("FF FF FD 00 01 07 00 55 00 06 04 26 65 5D");
        for (var input = 0; input < inputs; input++)
        {
            var bytes = new byte[random.NextInt32(4 * good.Length)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = random.NextInt32(12) == 0 ? (byte)random.NextUInt32() : good[i % good.Length];
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
            FrameStatus status;
            do
            {
                var before = reader.Consumed;
                status = _parser.Next(ref reader, frame, out var length);
                Assert.True(status == FrameStatus.Incomplete || reader.Consumed > before);
                Assert.True(status != FrameStatus.Frame || length >= DynamixelFrame.StatusOverhead);
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
