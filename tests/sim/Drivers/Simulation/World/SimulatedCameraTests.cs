using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class SimulatedCameraTests
{
    private static readonly SimulatedCameraOptions Scene = new()
    {
        Name = "scene",
        RateHz = 50,
        Delay = TimeSpan.FromMilliseconds(30),
        Render = new RenderOptions { Width = 32, Height = 24 },
    };

    [Fact]
    public async Task AdvanceTo_CameraWithDelay_DeliversAtItsRateAndThen()
    {
        using var fixture = await WorldFixture.CreateAsync(With(Scene));
        using var reader = fixture.World.Cameras[0].OpenReader(100);
        var seen = new List<(long Sequence, double Captured, double Received)>();
        for (var i = 1; i <= 40; i++)
        {
            fixture.AdvanceTo(i * 0.005);
            while (reader.TryRead(out var sample))
            {
                Assert.True(sample.ReceivedAt <= fixture.World.Now);
                seen.Add((sample.Sequence, sample.CapturedAt.Seconds, sample.ReceivedAt.Seconds));
                sample.Value.Dispose();
            }
        }

        Assert.Equal(9, seen.Count);
        for (var i = 0; i < seen.Count; i++)
        {
            Assert.Equal(i, seen[i].Sequence);
            Assert.Equal(i * 0.02, seen[i].Captured, 9);
            Assert.Equal((i * 0.02) + 0.03, seen[i].Received, 9);
        }
    }

    [Fact]
    public async Task AdvanceTo_MovingArm_ChangesThePicture()
    {
        using var fixture = await WorldFixture.CreateAsync(With(Scene with { Delay = TimeSpan.Zero, Buffers = 64 }));
        using var reader = fixture.World.Cameras[0].OpenReader(100);
        fixture.Write(1.5, 0.3, 0, 1.6, 0, 0.9, 0, 0);
        fixture.AdvanceTo(1);
        reader.TryRead(out var first);
        var last = first;
        while (reader.TryRead(out var next))
            last = next;

        Assert.Equal(50, last.Sequence);
        Assert.InRange(first.Value.Bytes.Zip(last.Value.Bytes).Count(p => Math.Abs(p.First - p.Second) > 20), 60, 2000);
    }

    [Fact]
    public async Task AdvanceTo_CameraWithDropout_LeavesGapsInTheSequence()
    {
        using var fixture = await WorldFixture.CreateAsync(With(Scene with { Dropout = 0.5, Delay = TimeSpan.Zero }));
        using var reader = fixture.World.Cameras[0].OpenReader(1);
        var seen = new List<long>();
        for (var i = 1; i <= 100; i++)
        {
            fixture.AdvanceTo(i * 0.02);
            while (reader.TryRead(out var sample))
            {
                seen.Add(sample.Sequence);
                sample.Value.Dispose();
            }
        }

        Assert.InRange(seen.Count, 30, 70);
        Assert.True(seen[^1] > 90);
    }

    [Fact]
    public void Constructor_UnknownCamera_NamesThoseThatExist()
    {
        var error = Assert.Throws<UserErrorException>(
            () => new SimulatedWorld(With(Scene with { Camera = "ceiling" }), RandomKey.FromSeed(1)));

        Assert.Contains("it has scene, wrist", error.Message, StringComparison.Ordinal);
    }

    private static SimulationOptions With(SimulatedCameraOptions camera) => new()
    {
        ModelPath = TestModels.Shipped("arm7_reach.xml"),
        Cameras = [camera],
        Keyframe = "home",
    };
}
