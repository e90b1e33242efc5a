using System.Text;
using Robotics.Core.Randomness;
using Robotics.Drivers.Rosbridge.Messages;
using Robotics.Drivers.Rosbridge.Protocol;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Tests.Unit.Drivers;

public sealed class RosReaderTests
{
    private static readonly WireJointState Joints = new(
        1_764_500_000_123_456_789, ["j2", "head", "j1"], [0.2, 9, -0.1], [1, 9, 2], []);

    private static readonly WireImage Picture = new(5_000_000_001, 2, 3, "rgb8", [.. Enumerable.Range(0, 18).Select(i => (byte)(i * 13))]);

    public static TheoryData<string> Encodings => ["json", "json ros1", "cbor", "cbor-raw"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Read_JointState_FindsJointsByNameInAnyEncoding(string encoding)
    {
        var state = new JointStateMessage(["j1", "j2"]);

        Assert.Null(RosReader.Read(Message(encoding, Joints), state));
        Assert.Equal(1_764_500_000_123_456_789, state.StampNanoseconds);
        Assert.Equal((2, 0), (state.PlaceOf(0), state.PlaceOf(1)));
        Assert.Equal((-0.1, 0.2), (state.Positions[state.PlaceOf(0)], state.Positions[state.PlaceOf(1)]));
        Assert.Equal((2.0, 1.0), (state.Velocities[state.PlaceOf(0)], state.Velocities[state.PlaceOf(1)]));
        Assert.True(double.IsNaN(state.Efforts[0]));
    }

    [Fact]
    public void Read_MinimalExchange_IsReadAsItStands()
    {
        var frame = new RosbridgeFrame();
        var text = """{"op":"publish","topic":"/joint_states","msg":{"header":{"stamp":{"sec":1,"nanosec":2},"frame_id":""},"name":["j1"],"position":[0.1],"velocity":[],"effort":[]}}""";
        var state = new JointStateMessage(["j1"]);

        Assert.Null(frame.Read(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(("publish", "/joint_states"), (frame.Op, Encoding.UTF8.GetString(frame.Name.Span)));
        Assert.Null(RosReader.Read(new RosMessage(RosEncoding.Json, frame.Payload), state));
        Assert.Equal((1_000_000_002L, 0.1), (state.StampNanoseconds, state.Positions[0]));
    }

    [Theory]
    [InlineData("""{"name":["a"],"position":[null,1]}""", "'position' has 2 numbers for 1 names")]
    [InlineData("""{"position":[1]}""", "it is no sensor_msgs/JointState (the field 'name' is missing)")]
    [InlineData("""{"name":["a"],"position":"x"}""", "it is no sensor_msgs/JointState (a field that is a list in its type is none)")]
    [InlineData("""{"name":["a"]""", "it is no sensor_msgs/JointState (broken JSON)")]
    public void Read_JsonThatIsNoJointState_SaysWhy(string json, string problem) =>
        Assert.Equal(problem, RosReader.Read(new RosMessage(RosEncoding.Json, Encoding.UTF8.GetBytes(json)), new JointStateMessage(["a"])));

    [Fact]
    public void Read_NullAmongFloats_IsNaN()
    {
        var state = new JointStateMessage(["a", "b"]);
        var json = """{"name":["a","b"],"position":[null,1]}"""u8.ToArray();

        Assert.Null(RosReader.Read(new RosMessage(RosEncoding.Json, json), state));
        Assert.Equal((double.NaN, 1.0), (state.Positions[0], state.Positions[1]));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("cbor")]
    [InlineData("cbor-raw")]
    public void Read_Image_GivesItsPixelsInAnyEncoding(string encoding)
    {
        var image = new ImageMessage(1000);
        var message = encoding switch
        {
            "json" => new RosMessage(RosEncoding.Json, Encoding.UTF8.GetBytes(Picture.Json())),
            "cbor" => new RosMessage(RosEncoding.Cbor, Picture.Cbor()),
            _ => new RosMessage(RosEncoding.Cdr, Picture.Cdr()),
        };

        Assert.Null(RosReader.Read(message, image, isCompressed: false));
        Assert.Equal((5_000_000_001L, 2L, 3L, 9L, "rgb8"), (image.StampNanoseconds, image.Height, image.Width, image.Step, image.Encoding));
        Assert.Equal(Picture.Data, image.Data.ToArray());
    }

    [Fact]
    public void Read_ImageDataAsList_IsRead()
    {
        var image = new ImageMessage(1000);
        var json = """{"height":1,"width":1,"encoding":"rgb8","step":3,"data":[1,2,255]}"""u8.ToArray();

        Assert.Null(RosReader.Read(new RosMessage(RosEncoding.Json, json), image, isCompressed: false));
        Assert.Equal([1, 2, 255], image.Data.ToArray());
    }

    [Fact]
    public void Read_ImageAboveTheCapacity_IsRefusedWithoutItsMemory() => Assert.Equal(
        "it is larger than the image that the robot's file describes",
        RosReader.Read(new RosMessage(RosEncoding.Cbor, Picture.Cbor()), new ImageMessage(17), isCompressed: false));

    [Fact]
    public void Read_Publication_IsFoundInCborAndCborRaw()
    {
        var cbor = RosCborFrame.Read(RosWire.Publication("/joint_states", Joints.Cbor()));
        var raw = RosCborFrame.Read(RosWire.Publication("/joint_states", RosWire.Raw(Joints.Cdr())));

        Assert.Equal(RosEncoding.Cbor, cbor!.Value.Message.Encoding);
        Assert.Equal(RosEncoding.Cdr, raw!.Value.Message.Encoding);
        Assert.Equal(Joints.Cdr(), raw.Value.Message.Bytes.ToArray());
        Assert.Equal("/joint_states", Encoding.UTF8.GetString(raw.Value.Topic.Span));
        Assert.Null(RosCborFrame.Read(new byte[] { 0x80 }));
    }

    [Theory]
    [InlineData(20_000)]
    public void Read_RandomAndMutatedMessages_NeverThrows(int count)
    {
        var random = RandomKey.FromSeed(7).OpenStream();
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes(Joints.Json(false)), Joints.Cbor(), Joints.Cdr(),
            Encoding.UTF8.GetBytes(Picture.Json()), Picture.Cbor(), Picture.Cdr(),
            RosWire.Publication("/t", Joints.Cbor()), RosWire.Publication("/t", RosWire.Raw(Joints.Cdr())),
            Encoding.UTF8.GetBytes("""{"op":"fragment","id":"a","num":0,"total":2.5,"data":"{\"op\":"}"""),
        ];
        var (state, image, frame) = (new JointStateMessage(["j1", "j2"]), new ImageMessage(100), new RosbridgeFrame());
        RosEncoding[] encodings =
        [
            RosEncoding.Json, RosEncoding.Cbor, RosEncoding.Cdr, RosEncoding.Json, RosEncoding.Cbor, RosEncoding.Cdr,
            default, default, default,
        ];
        var used = 0;
        for (var i = 0; i < count; i++)
        {
            var seed = random.NextInt32(seeds.Length);
            var message = seeds[seed].ToArray();
            if (random.NextInt32(3) == 0)
                message = message[..random.NextInt32(message.Length)];
            for (var changes = random.NextInt32(4); changes > 0 && message.Length > 0; changes--)
                message[random.NextInt32(message.Length)] = (byte)random.NextInt32(256);
            var encoding = random.NextInt32(4) == 0 ? (RosEncoding)random.NextInt32(3) : encodings[seed];
            used += seed switch
            {
                < 3 => RosReader.Read(new RosMessage(encoding, message), state) is null ? 1 : 0,
                < 6 => RosReader.Read(new RosMessage(encoding, message), image, isCompressed: i % 2 == 0) is null ? 1 : 0,
                < 8 => RosCborFrame.Read(message) is null ? 0 : 1,
                _ => frame.Read(message) is null ? 1 : 0,
            };
        }

        Assert.InRange(used, 1, count);
    }

    private static RosMessage Message(string encoding, WireJointState state) => encoding switch
    {
        "json" => new RosMessage(RosEncoding.Json, Encoding.UTF8.GetBytes(state.Json(isRos1: false))),
        "json ros1" => new RosMessage(RosEncoding.Json, Encoding.UTF8.GetBytes(state.Json(isRos1: true))),
        "cbor" => new RosMessage(RosEncoding.Cbor, state.Cbor()),
        _ => new RosMessage(RosEncoding.Cdr, state.Cdr()),
    };
}
