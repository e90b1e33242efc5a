using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Rosbridge;
using Robotics.Testing.Emulation.Rosbridge;

namespace Robotics.Tests.Sim.Drivers;

public sealed class RosCameraTests : IAsyncDisposable
{
    private const int Width = 32;
    private const int Height = 24;
    private readonly SystemClock _clock = new();
    private readonly EmulatedRosbridge _server;
    private readonly CancellationTokenSource _ending = new();
    private Task _publishing = Task.CompletedTask;

    public RosCameraTests() => _server = new EmulatedRosbridge(null, [], _clock, RandomKey.FromSeed(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _publishing;
        await _server.DisposeAsync();
        _ending.Dispose();
    }

    [Theory]
    [InlineData("/camera/image_raw")]
    [InlineData("/camera/image_raw/compressed")]
    public async Task OpenReader_ImageTopics_GiveDecodedStampedImages(string topic)
    {
        await using var camera = new RosCamera(Robot(), Camera(topic, Width), _clock);
        StartPublishing(topic);
        using var reader = camera.OpenReader(4);
        await camera.ConnectAsync(Cancellation);
        Sample<ImageLease> sample = default;

        Assert.True(RosbridgeFixture.Until(_clock, () => reader.TryRead(out sample)));
        Assert.Equal(200.0, sample.Value.Bytes[0], 8.0);
        Assert.Equal(50.0, sample.Value.Bytes[1], 8.0);
        Assert.InRange((sample.ReceivedAt - sample.CapturedAt).TotalSeconds, 0, 1); // the robot's clock is 3 s off
        sample.Value.Dispose();
        Assert.Equal(topic.EndsWith("/compressed", StringComparison.Ordinal) ? "sensor_msgs/msg/CompressedImage" : "sensor_msgs/msg/Image",
            _server.Log.First().Frame.GetProperty("type").GetString());
        var subscription = _server.Log.First().Frame;
        Assert.Equal((50, 1), (subscription.GetProperty("throttle_rate").GetInt32(), subscription.GetProperty("queue_length").GetInt32()));
    }

    [Fact]
    public async Task ConnectAsync_ImagesOfAnotherSize_AreRefusedWithASentence()
    {
        await using var camera = new RosCamera(Robot(), Camera("/camera/image_raw", 64), _clock);
        StartPublishing("/camera/image_raw");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => camera.ConnectAsync(Cancellation));
        Assert.Contains("it is 32×24, and the robot's file says 64×24: correct 'width' and 'height'", error.Message);
    }

    [Fact]
    public async Task OpenReader_ServerRestarts_ImagesComeAgain()
    {
        const string Topic = "/camera/image_raw";
        await using var camera = new RosCamera(Robot(), Camera(Topic, Width), _clock);
        StartPublishing(Topic);
        await camera.ConnectAsync(Cancellation);
        await _server.StopListeningAsync();
        _server.ListenAgain();
        using var reader = camera.OpenReader(1);

        Assert.True(RosbridgeFixture.Until(_clock, () =>
        {
            if (!reader.TryRead(out var sample))
                return false;
            sample.Value.Dispose();
            return camera.Report().Connections == 2;
        }));
    }

    [Fact]
    public void Constructor_SourceThatIsNoTopic_SaysWhereAndWhat()
    {
        var error = Assert.Throws<UserErrorException>(() => new RosCamera(Robot(), Camera("camera", Width), _clock));
        Assert.Contains("arm7-rosbridge.yaml:", error.Message);
        Assert.Contains("the source 'camera' of camera 'front' is no topic of ROS", error.Message);
    }

    private static RobotCameraOptions Camera(string source, int width) => new()
    {
        Name = "front",
        Kind = CameraKind.Ros,
        Source = source,
        Width = width,
        Height = Height,
        RateHz = 20,
    };

    private RobotDefinition Robot()
    {
        var path = TestModels.Shipped("../robots/arm7-rosbridge.yaml");
        return RobotDefinition.FromText(File.ReadAllText(path).Replace("ws://localhost:9090", _server.Address), path);
    }

    private void StartPublishing(string topic)
    {
        var rgb = new byte[Width * Height * 3];
        for (var i = 0; i < rgb.Length; i += 3)
            (rgb[i], rgb[i + 1], rgb[i + 2]) = (200, 50, 100);
        var isCompressed = topic.EndsWith("/compressed", StringComparison.Ordinal);
        var data = isCompressed ? RosWire.JpegOf(rgb, Width, Height, 90) : rgb;
        _publishing = Task.Factory.StartNew(
            () =>
            {
                var pacer = new WallPacer(_clock);
                while (!_ending.IsCancellationRequested)
                {
                    pacer.WaitUntil(_clock.Now + TimeSpan.FromMilliseconds(20));
                    var image = new WireImage(_server.Stamp, Height, Width, isCompressed ? "jpeg" : "rgb8", data);
                    _server.Publish(topic, image with { IsCompressed = isCompressed });
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
