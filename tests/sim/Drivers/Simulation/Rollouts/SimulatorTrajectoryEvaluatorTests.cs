using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Drivers.Simulation.Rollouts;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class SimulatorTrajectoryEvaluatorTests
{
    private const int Population = 12;
    private const int Horizon = 10;

    private static readonly Quantity Angle = new(QuantityKind.JointPosition, ["slider", "hinge"]);
    private static readonly Quantity Speed = new(QuantityKind.JointVelocity, ["slider", "hinge"]);
    private static readonly ActionSpace Force = new([new("slide", ActionMode.Effort, ActionReference.Absolute, -10, 10)]);

    [Fact]
    public async Task Evaluate_OneSequence_PredictsWhatTheWorldThenDoes()
    {
        using var fixture = await WorldFixture.CreateAsync(Options());
        using var pool = new WorkerPool(1);
        using var evaluator = new SimulatorTrajectoryEvaluator(fixture.World, Rollout(), pool);
        var actions = Actions(1);
        var result = new RolloutResult(1);

        evaluator.Evaluate(Request(fixture, actions, 1), result);

        var total = 0.0;
        for (var t = 0; t < Horizon; t++)
        {
            fixture.Write(10.0 * actions[t]);
            fixture.AdvanceTo((t + 1) * 0.05);
            total += Math.Cos(fixture.World.Data.Coordinates[1]) - (0.1 * fixture.World.Data.Coordinates[0]);
        }

        Assert.Equal(total, result.Returns[0], 1e-4);
    }

    [Fact]
    public async Task Evaluate_CommandDelay_IsPartOfTheSimulator()
    {
        using var fixture = await WorldFixture.CreateAsync(Options() with { CommandDelay = TimeSpan.FromMilliseconds(70) });
        using var pool = new WorkerPool(1);
        using var evaluator = new SimulatorTrajectoryEvaluator(fixture.World, Rollout(), pool);
        var actions = Actions(1);
        var path = new float[Horizon * 4];

        evaluator.Record(Belief(fixture), actions, RandomKey.FromSeed(1), path);

        for (var t = 0; t < Horizon; t++)
        {
            fixture.Write(10.0 * actions[t]);
            fixture.AdvanceTo((t + 1) * 0.05);
            Assert.Equal(fixture.World.Data.Coordinates[0], path[4 * t], 1e-5);
        }
    }

    [Fact]
    public async Task Evaluate_OneOrThreeWorkers_GiveTheSameReturns()
    {
        using var fixture = await WorldFixture.CreateAsync(Options());
        var actions = Actions(Population);
        var returns = new float[2][];
        foreach (var (workers, i) in new[] { (1, 0), (3, 1) })
        {
            using var pool = new WorkerPool(workers);
            using var evaluator = new SimulatorTrajectoryEvaluator(fixture.World, Rollout(), pool);
            var result = new RolloutResult(Population);
            evaluator.Evaluate(Request(fixture, actions, Population), result);
            returns[i] = result.Returns;
        }

        Assert.Equal(returns[0], returns[1]);
        Assert.True(returns[0].Distinct().Count() > 5);
    }

    [Fact]
    public async Task Evaluate_ActionThatIsNotFinite_ScoresNegativeInfinity()
    {
        using var fixture = await WorldFixture.CreateAsync(Options());
        using var pool = new WorkerPool(1);
        using var evaluator = new SimulatorTrajectoryEvaluator(fixture.World, Rollout(), pool);
        var actions = Actions(2);
        actions[3] = float.NaN;
        var result = new RolloutResult(2);

        evaluator.Evaluate(Request(fixture, actions, 2), result);

        Assert.Equal((float.NegativeInfinity, RolloutStatus.NotFinite), (result.Returns[0], result.Status[0]));
        Assert.Equal(RolloutStatus.Ok, result.Status[1]);
    }

    [Fact]
    public async Task Evaluate_BeliefOtherThanTheWorld_StartsFromTheBelief()
    {
        using var fixture = await WorldFixture.CreateAsync(Options());
        using var pool = new WorkerPool(1);
        using var evaluator = new SimulatorTrajectoryEvaluator(fixture.World, Rollout(), pool);
        var path = new float[4];

        evaluator.Record([0.5f, 1, 0, 0], [0], RandomKey.FromSeed(1), path);

        Assert.Equal(0.5f, path[0], 0.02f);
        Assert.Equal(0, fixture.World.Data.Coordinates[0]);
    }

    private static SimulationOptions Options() => new()
    {
        ModelPath = TestModels.Shipped("cartpole.xml"),
        Keyframe = "hanging",
    };

    private static SimulatorRolloutOptions Rollout()
    {
        var b = new TermBuilder();
        var reward = b.Subtract(b.Cosine(b.Observation(1)), b.Multiply(b.Constant(0.1), b.Observation(0)));
        return new SimulatorRolloutOptions
        {
            Observation = [ObservationPart.From(Angle), ObservationPart.From(Speed)],
            Actions = Force,
            Reward = b.Build(reward),
            ControlPeriod = TimeSpan.FromMilliseconds(50),
        };
    }

    private static float[] Actions(int population)
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        return [.. Enumerable.Range(0, population * Horizon).Select(_ => (float)random.NextUniform(-1, 1))];
    }

    private static float[] Belief(WorldFixture fixture)
    {
        fixture.Read();
        return [.. fixture.State.Positions.Concat(fixture.State.Velocities).Select(x => (float)x)];
    }

    private static RolloutRequest Request(WorldFixture fixture, float[] actions, int population) => new()
    {
        Belief = Belief(fixture),
        Actions = actions,
        Population = population,
        Horizon = Horizon,
        Key = RandomKey.FromSeed(1),
    };
}
