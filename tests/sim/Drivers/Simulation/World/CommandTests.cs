using Robotics.Core.Links;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class CommandTests
{
    private static readonly SimulationOptions Cartpole = new() { ModelPath = TestModels.Shipped("cartpole.xml") };

    [Fact]
    public async Task TryWrite_WithDelay_TakesEffectThen()
    {
        using var fixture = await WorldFixture.CreateAsync(Cartpole with { CommandDelay = TimeSpan.FromMilliseconds(15) });
        fixture.Write(5);

        fixture.AdvanceTo(0.015);
        Assert.Equal(0, fixture.World.Data.Velocities[0]);
        fixture.AdvanceTo(0.020);
        Assert.True(fixture.World.Data.Velocities[0] > 0);
    }

    [Fact]
    public async Task TryWrite_ForceInNewtons_IsDividedByTheGear()
    {
        using var fixture = await WorldFixture.CreateAsync(Cartpole);
        Assert.Equal(LinkStatus.Limited, fixture.Write(25));
        fixture.AdvanceTo(0.005);

        Assert.Equal(10, fixture.Applied[0]);
        Assert.Equal(1, fixture.World.Data.Controls[0]);
        Assert.Equal((-10.0, 10.0), (fixture.Link.Spec.Channels[0].Low, fixture.Link.Spec.Channels[0].High));
    }

    [Fact]
    public async Task TryWrite_WithDropout_LosesThatShare()
    {
        using var fixture = await WorldFixture.CreateAsync(Cartpole with { CommandDropout = 0.4 });
        var lost = 0;
        for (var i = 1; i <= 1000; i++)
        {
            fixture.Write(i * 1e-3);
            fixture.AdvanceTo(i * 0.005);
            lost += Math.Abs(fixture.World.Data.Controls[0] - (i * 1e-4)) < 1e-12 ? 0 : 1;
        }

        Assert.InRange(lost, 330, 470);
    }

    [Fact]
    public async Task AdvanceTo_CommandsStop_WatchdogStopsTheMotor()
    {
        using var fixture = await WorldFixture.CreateAsync(Cartpole with { Watchdog = TimeSpan.FromMilliseconds(100) });
        fixture.Write(5);
        fixture.AdvanceTo(0.095);
        Assert.Equal(0.5, fixture.World.Data.Controls[0]);

        fixture.AdvanceTo(0.12);

        Assert.Equal(0, fixture.World.Data.Controls[0]);
        Assert.Equal(CommandLossBehaviour.Stops, fixture.Link.Spec.OnCommandLoss);
    }

    [Fact]
    public async Task TryStop_Repeated_HoldsWhereItWasFirstCalled()
    {
        using var fixture = await WorldFixture.CreateAsync(new SimulationOptions
        {
            ModelPath = TestModels.Shipped("arm7_reach.xml"),
            Keyframe = "home",
        });
        fixture.Write(0.5, 0.8, 0, 1.6, 0, 0.9, 0, 0);
        fixture.AdvanceTo(0.1);
        fixture.Link.TryStop();
        var target = fixture.World.Data.Controls[1];
        for (var i = 1; i <= 200; i++)
        {
            fixture.AdvanceTo(0.1 + (i * 0.01));
            fixture.Link.TryStop();
        }

        Assert.Equal(target, fixture.World.Data.Controls[1]);
        Assert.Equal(0, fixture.World.Data.Velocities[1], 1e-3);
    }
}
