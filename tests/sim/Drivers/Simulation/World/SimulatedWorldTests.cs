using Robotics.Configuration.Resets;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class SimulatedWorldTests
{
    private static readonly SimulationOptions Cartpole = new() { ModelPath = TestModels.Shipped("cartpole.xml") };

    private static readonly SimulationOptions Noisy = new()
    {
        ModelPath = TestModels.Shipped("arm7_push.xml"),
        PositionNoise = 0.01,
        VelocityNoise = 0.1,
        SensorDelay = TimeSpan.FromMilliseconds(10),
        SensorDropout = 0.2,
        CommandDelay = TimeSpan.FromMilliseconds(5),
        CommandDropout = 0.2,
        Reset = TestResets.From(
            TestModels.Shipped("arm7_push.xml"), "home", [new([0], new NormalDistribution([0], [0.2]), null, AddToStart: true)]),
    };

    [Fact]
    public async Task AdvanceTo_SameKeysAndCalls_GiveTheSameBits()
    {
        var first = await RunAsync(seed: 3);
        var again = await RunAsync(seed: 3);
        var other = await RunAsync(seed: 4);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task AdvanceTo_InAnyPortions_ReachesTheSameState()
    {
        using var whole = await WorldFixture.CreateAsync(Cartpole);
        using var pieces = await WorldFixture.CreateAsync(Cartpole);
        whole.Write(3);
        pieces.Write(3);

        whole.AdvanceTo(0.5);
        for (var i = 1; i <= 500; i++)
            pieces.AdvanceTo(i * 0.001);

        whole.Read();
        pieces.Read();
        Assert.Equal(whole.State.Positions, pieces.State.Positions);
        Assert.Equal(0.5, pieces.World.Now.Seconds, 12);
    }

    [Fact]
    public async Task AdvanceTo_ConstantForceOnTheCart_FollowsNewton()
    {
        // Without gravity's help the first instant is a = F / (M + m/4 ...); for the hanging uniform rod of mass m at rest
        // its pivot feels m/4: a = F / (M + m/4).
        using var fixture = await WorldFixture.CreateAsync(Cartpole with
        {
            Keyframe = "hanging",
            TimestepSeconds = 1e-4,
        });
        fixture.Write(2);
        fixture.AdvanceTo(0.001);
        fixture.Read();

        var acceleration = fixture.State.Velocities[0] / 0.001;
        Assert.Equal(2 / (1 + (0.1 / 4)), acceleration, 0.02);
    }

    [Fact]
    public async Task ResetAsync_SameKey_PlacesAlikeWithinTheRanges()
    {
        using var fixture = await WorldFixture.CreateAsync(new SimulationOptions
        {
            ModelPath = TestModels.Shipped("arm7_reach.xml"),
            Reset = TestResets.From(TestModels.Shipped("arm7_reach.xml"), "home", []) with
            {
                Goals = [new("target", new BoxDistribution([0.3, -0.3, 0.2], [0.5, 0.3, 0.6]), "goal", [])],
            },
        });
        var goal = fixture.World.Bind(new Quantity(QuantityKind.BodyPosition, ["goal"]));
        var places = new double[3][];
        for (var i = 0; i < 3; i++)
        {
            await fixture.World.ResetAsync(RandomKey.FromSeed(i < 2 ? 5UL : 6UL), TestContext.Current.CancellationToken);
            goal.Read(places[i] = new double[3]);
        }

        Assert.Equal(fixture.World.Episode.Goals["target"], places[2]);
        Assert.Equal(places[0], places[1]);
        Assert.NotEqual(places[0], places[2]);
        Assert.InRange(places[2][0], 0.3, 0.5);
        Assert.InRange(places[2][1], -0.3, 0.3);
        Assert.InRange(places[2][2], 0.2, 0.6);
    }

    [Fact]
    public async Task ResetAsync_AfterDivergence_MendsTheWorld()
    {
        using var fixture = await WorldFixture.CreateAsync(Cartpole);
        fixture.World.Data.Velocities[0] = double.NaN;
        fixture.AdvanceTo(0.01);
        Assert.Equal(LinkStatus.Fault, fixture.Read());

        await fixture.World.ResetAsync(RandomKey.FromSeed(1), TestContext.Current.CancellationToken);
        fixture.AdvanceTo(0.1);

        Assert.Equal(LinkStatus.Ok, fixture.Read());
        Assert.False(fixture.World.HasFailed);
    }

    [Fact]
    public void Constructor_UnknownJoint_NamesThoseThatExist()
    {
        var error = Assert.Throws<UserErrorException>(
            () => new SimulatedWorld(Cartpole with { Joints = ["elbow"] }, RandomKey.FromSeed(1)));

        Assert.Contains("no joint 'elbow'; it has slider, hinge", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(0, 0, 0.99)]
    public void Constructor_NumberOutOfRange_IsRefused(double noise, double delaySeconds, double dropout)
    {
        var options = Cartpole with
        {
            PositionNoise = noise,
            SensorDelay = TimeSpan.FromSeconds(delaySeconds),
            SensorDropout = dropout,
        };

        Assert.Throws<UserErrorException>(() => new SimulatedWorld(options, RandomKey.FromSeed(1)));
    }

    [Fact]
    public async Task AdvanceTo_WithReadsAndWrites_DoesNotAllocate()
    {
        using var fixture = await WorldFixture.CreateAsync(Noisy);
        var command = new double[8];
        Tick(fixture, command, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < 50; i++)
            Tick(fixture, command, i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Bind_BodyPointWithOffset_MovesWithTheBody()
    {
        using var world = new SimulatedWorld(
            new SimulationOptions { ModelPath = TestModels.Shipped("arm7_reach.xml") }, RandomKey.FromSeed(1));
        var site = world.Bind(new Quantity(QuantityKind.SitePosition, ["tip"]));
        var point = world.Bind(new Quantity(QuantityKind.BodyPosition, ["hand"], [0, 0, 0.14]));
        double[] expected = new double[3], actual = new double[3];
        world.Data.Coordinates.Fill(0.4);
        world.AdvanceTo(MonotonicTime.FromSeconds(0.1));

        site.Read(expected);
        point.Read(actual);

        for (var i = 0; i < 3; i++)
            Assert.Equal(expected[i], actual[i], 1e-12);
    }

    private static void Tick(WorldFixture fixture, double[] command, int i)
    {
        fixture.World.AdvanceTo(new MonotonicTime(i * 5_000_000L));
        _ = fixture.Read();
        command[0] = 0.01 * i;
        _ = fixture.Link.TryWrite(fixture.World.Now, command, fixture.Applied);
    }

    private static async Task<List<double>> RunAsync(ulong seed)
    {
        using var fixture = await WorldFixture.CreateAsync(Noisy, seed);
        var seen = new List<double>();
        for (var i = 1; i < 100; i++)
        {
            fixture.AdvanceTo(i * 0.01);
            fixture.Read();
            seen.AddRange(fixture.State.Positions);
            seen.AddRange(fixture.State.Velocities);
            fixture.Write(Math.Sin(i * 0.1), 0.8, 0, 1.6, 0, 0.6, 0, 0);
        }

        return seen;
    }
}
