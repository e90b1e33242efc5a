using System.Text;
using Robotics.Core.Randomness;
using Robotics.Drivers.Mqtt;

namespace Robotics.Tests.Unit.Drivers;

public sealed class MqttCodecTests
{
    private const string State =
        """{"seq":7,"stamp_ns":1764500000123456789,"position":[0.5,-1.25],"velocity":[0.1,null],"effort":[],"enabled":true,"note":{"a":[1]}}""";

    [Fact]
    public void Read_JsonState_GivesItsNumbersAndNaNForNull()
    {
        var state = new MqttState(2);
        using var codec = new JsonMqttCodec();

        Assert.Null(codec.Read(Encoding.UTF8.GetBytes(State), state));
        Assert.Equal((7u, 1764500000123456789L, true, false), (state.Sequence, state.StampNanoseconds, state.IsEnabled, state.IsFaulted));
        Assert.Equal([0.5, -1.25], state.Positions);
        Assert.Equal([0.1, double.NaN], state.Velocities);
        Assert.Equal([double.NaN, double.NaN], state.Efforts);
    }

    [Theory]
    [InlineData("""{"seq":7,"stamp_ns":1,"position":[0.5]}""", "'position' has 1 numbers, and the robot's file has 2 joints")]
    [InlineData("""{"stamp_ns":1,"position":[0,0]}""", "the key 'seq' is missing")]
    [InlineData("""{"seq":-1,"stamp_ns":1,"position":[0,0]}""", "'seq' must be a whole number from 0 to 4294967295")]
    [InlineData("""{"seq":1,"stamp_ns":1.5,"position":[0,0]}""", "'stamp_ns' must be a whole number of nanoseconds")]
    [InlineData("""{"seq":1,"stamp_ns":1,"position":["0",0]}""", "'position' must be a list of numbers")]
    [InlineData("""{"seq":1,"stamp_ns":1,"position":[0,0]""", "it is no JSON")]
    [InlineData("[1]", "it is no JSON object")]
    [InlineData("\u0001\u0002", "it is binary: set 'format: binary'")]
    public void Read_JsonThatIsNoState_SaysWhatIsWrong(string payload, string problem)
    {
        using var codec = new JsonMqttCodec();
        Assert.Equal(problem, codec.Read(Encoding.UTF8.GetBytes(payload), new MqttState(2)));
    }

    [Fact]
    public void Read_BinaryState_HasTheDocumentedLayout()
    {
        var state = new MqttState(2);
        // Version 1, two joints, flags enabled | velocity, sequence 258, stamp 1, positions 0.5 and -2, velocities 1 and 0 as f32.
        var payload = Convert.FromHexString("0102090002010000" + "0100000000000000" + "0000003F" + "000000C0" + "0000803F" + "00000000");

        Assert.Null(new BinaryMqttCodec(2, MqttNumberFormat.F32).Read(payload, state));
        Assert.Equal((258u, 1L, true), (state.Sequence, state.StampNanoseconds, state.IsEnabled));
        Assert.Equal([0.5, -2], state.Positions);
        Assert.Equal([1, 0], state.Velocities);
        Assert.Equal([double.NaN, double.NaN], state.Efforts);
    }

    [Theory]
    [InlineData("01", "it has 1 bytes, and a binary state at least 16")]
    [InlineData("02020000000000000000000000000000", "its version is 2, and this driver reads version 1")]
    [InlineData("01030000000000000000000000000000", "it has 3 joints, and the robot's file has 2")]
    [InlineData("01022000000000000000000000000000", "it has 16 bytes, and its flags ask for 32")]
    [InlineData("7B222022202220222022202220222022", "it is JSON: set 'format: json'")]
    public void Read_BytesThatAreNoState_SaysWhatIsWrong(string hex, string problem) =>
        Assert.Equal(problem, new BinaryMqttCodec(2, MqttNumberFormat.F64).Read(Convert.FromHexString(hex), new MqttState(2)));

    [Fact]
    public void Write_Move_HasTheDocumentedForm()
    {
        var header = new MqttCommandHeader(MqttCommandKind.Move, 258, 1764500000123456789, 100);
        using var json = new JsonMqttCodec();

        Assert.Equal(
            """{"kind":"move","seq":258,"stamp_ns":1764500000123456789,"valid_ms":100,"command":[0.5,-2]}""",
            Encoding.UTF8.GetString(json.Write(header, [0.5, -2]).Span));
        Assert.Equal(
            "0102000002010000" + "150D89C166C37C18" + "64000000" + "0000003F" + "000000C0",
            Convert.ToHexString(new BinaryMqttCodec(2, MqttNumberFormat.F32).Write(header, [0.5, -2]).Span));
        Assert.Equal(
            "0100210002010000" + "150D89C166C37C18" + "64000000",
            Convert.ToHexString(new BinaryMqttCodec(2, MqttNumberFormat.F64).Write(header with { Kind = MqttCommandKind.Stop }, []).Span));
    }

    [Fact]
    public void Write_ManyCommands_DoesNotAllocate()
    {
        using var json = new JsonMqttCodec();
        var binary = new BinaryMqttCodec(2, MqttNumberFormat.F64);
        double[] values = [0.123456789, -2];
        var header = new MqttCommandHeader(MqttCommandKind.Move, 1, 1764500000123456789, 100);
        json.Write(header, values);
        binary.Write(header, values);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0u; i < 1000; i++)
        {
            json.Write(header with { Sequence = i }, values);
            binary.Write(header with { Sequence = i }, values);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(20_000)]
    public void Read_RandomAndMutatedMessages_NeverThrows(int count)
    {
        var random = RandomKey.FromSeed(5).OpenStream();
        using var json = new JsonMqttCodec();
        var binary = new BinaryMqttCodec(2, MqttNumberFormat.F64);
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes(State),
            Convert.FromHexString("01020900020100000100000000000000" + "0000003F000000C00000803F00000000"),
        ];
        var state = new MqttState(2);
        var used = 0;
        for (var i = 0; i < count; i++)
        {
            var seed = seeds[i % 2];
            var cut = random.NextInt32(3) == 0 ? random.NextInt32(seed.Length) : 0;
            var message = random.NextInt32(4) == 0 ? new byte[random.NextInt32(64)] : seed[..^cut];
            for (var changes = random.NextInt32(4); changes > 0 && message.Length > 0; changes--)
                message[random.NextInt32(message.Length)] = (byte)random.NextInt32(256);
            used += (json.Read(message, state) is null ? 1 : 0) + (binary.Read(message, state) is null ? 1 : 0);
        }

        Assert.InRange(used, 1, count);
    }

    [Fact]
    public void Accept_DuplicatesAndLateOnes_AreRefusedUntilTheDeviceHasStartedAgain()
    {
        var filter = default(SequenceFilter);
        bool[] accepted = [.. new uint[] { uint.MaxValue - 1, uint.MaxValue, 0, uint.MaxValue, 0, 2, 1, 3 }.Select(s => filter.Accept(s))];
        Assert.Equal([true, true, true, false, false, true, false, true], accepted);

        for (var i = 0; i < 100; i++)
            filter.Accept((uint)(1000 + i));
        bool[] restarted = [.. new uint[] { 1, 2, 3, 4, 5, 6, 6 }.Select(s => filter.Accept(s))];
        Assert.Equal([false, false, false, false, true, true, false], restarted);
    }
}
