using Robotics.Configuration.Resets;
using Robotics.Core.Links;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class SensorTests
{
    private static readonly SimulationOptions Swinging = new()
    {
        ModelPath = TestModels.Shipped("cartpole.xml"),
        Reset = TestResets.From(
            TestModels.Shipped("cartpole.xml"), null, [new([1], new BoxDistribution([0.5], [0.5]), null, AddToStart: false)]),
    };

    [Fact]
    public async Task TryRead_WithDelay_ShowsTheStateOfThen()
    {
        using var fixture = await WorldFixture.CreateAsync(Swinging with { SensorDelay = TimeSpan.FromMilliseconds(20) });
        var truth = new List<double> { fixture.World.Data.Coordinates[1] };
        for (var i = 1; i <= 40; i++)
        {
            fixture.AdvanceTo(i * 0.005);
            truth.Add(fixture.World.Data.Coordinates[1]);
            fixture.Read();
            Assert.Equal(truth[Math.Max(0, i - 4)], fixture.State.Positions[1]);
        }

        Assert.Equal(0.180, fixture.State.CapturedAt.Seconds, 9);
        Assert.Equal(0.200, fixture.State.ReceivedAt.Seconds, 9);
    }

    [Fact]
    public async Task TryRead_WithResolution_GivesWholeSteps()
    {
        const double Resolution = 2 * Math.PI / 4096;
        using var fixture = await WorldFixture.CreateAsync(Swinging with { PositionResolution = Resolution });
        fixture.AdvanceTo(0.3);
        fixture.Read();

        var steps = fixture.State.Positions[1] / Resolution;
        Assert.Equal(Math.Round(steps), steps, 1e-9);
        Assert.Equal(fixture.World.Data.Coordinates[1], fixture.State.Positions[1], Resolution / 2 * 1.0001);
    }

    [Fact]
    public async Task TryRead_WithNoise_HasItsSpreadAndDoesNotDependOnHowOftenItIsRead()
    {
        using var fixture = await WorldFixture.CreateAsync(Swinging with { PositionNoise = 0.02 });
        var errors = new List<double>();
        for (var i = 1; i <= 2000; i++)
        {
            fixture.AdvanceTo(i * 0.005);
            fixture.Read();
            var once = fixture.State.Positions[1];
            Assert.Equal(LinkStatus.Stale, fixture.Read());
            Assert.Equal(once, fixture.State.Positions[1]);
            errors.Add(once - fixture.World.Data.Coordinates[1]);
        }

        Assert.Equal(0, errors.Average(), 0.002);
        Assert.Equal(0.02, Math.Sqrt(errors.Average(e => e * e)), 0.001);
    }

    [Fact]
    public async Task TryRead_WithDropout_LosesThatShareAndShowsTheGaps()
    {
        using var fixture = await WorldFixture.CreateAsync(Swinging with { SensorDropout = 0.3 });
        fixture.Read();
        var stale = 0;
        for (var i = 1; i <= 2000; i++)
        {
            fixture.AdvanceTo(i * 0.005);
            var status = fixture.Read();
            stale += status == LinkStatus.Stale ? 1 : 0;
            Assert.Equal(status == LinkStatus.Ok, fixture.State.Sequence == i);
        }

        Assert.InRange(stale, 500, 700);
    }

    [Fact]
    public async Task TryRead_BeforeConnecting_SaysSo()
    {
        using var fixture = await WorldFixture.CreateAsync(Swinging);
        await fixture.World.Robot.DisposeAsync();

        Assert.Equal(LinkStatus.Disconnected, fixture.Read());
        Assert.Equal(LinkStatus.Disconnected, fixture.Write(1));
    }
}
