using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

/// <summary>A world with an activated link, for tests.</summary>
internal sealed class WorldFixture : IDisposable
{
    private WorldFixture(SimulatedWorld world, GuardedLink link)
    {
        World = world;
        Link = link;
        State = new RobotState(world.Robot.Spec.Joints.Count);
        Applied = new double[world.Robot.Spec.Channels.Count];
    }

    public SimulatedWorld World { get; }

    public GuardedLink Link { get; }

    public RobotState State { get; }

    public double[] Applied { get; }

    public static async Task<WorldFixture> CreateAsync(SimulationOptions options, ulong seed = 1)
    {
        var world = new SimulatedWorld(options, RandomKey.FromSeed(seed));
        await world.Robot.ConnectAsync(CancellationToken.None);
        var link = await world.Robot.ActivateAsync(new GuardOptions(), new EmergencyStop(), CancellationToken.None);
        return new WorldFixture(world, link);
    }

    public LinkStatus Read() => Link.TryRead(State);

    public LinkStatus Write(params double[] command) => Link.TryWrite(World.Now, command, Applied);

    public void AdvanceTo(double seconds) => World.AdvanceTo(MonotonicTime.FromSeconds(seconds));

    public void Dispose() => World.Dispose();
}
