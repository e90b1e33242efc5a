using Robotics.Benchmarks.Planner;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Controller.Planning;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Learning.Settings;
using Robotics.Tests.Unit.Architecture;

namespace Robotics.Tests.Unit.Benchmarks;

public class PlannerBenchmarkTests
{
    [Theory]
    [InlineData("pets-pusher", 2500, 233.5)]
    [InlineData("pets-reacher", 2000, 264.4)]
    [InlineData("pets-cartpole", 2000, 1014.0)]
    public void Create_PublishedTask_HasThePublishedSize(string name, long rollouts, double gigaflop)
    {
        var preset = PlannerPreset.Create(name);
        var ensemble = PackedEnsemble.Compile(RandomEnsemble.Create(preset, RandomKey.FromSeed(1)));

        Assert.Equal(rollouts, preset.Planner.Population * preset.Planner.Iterations);
        Assert.Equal(gigaflop, ensemble.FlopsPerParticleStep * preset.Particles * rollouts * preset.Planner.Horizon / 1e9, 0.1);
    }

    [Fact]
    public void Load_Reach50Hz_PlansAsTheIcemPreset()
    {
        var preset = PlannerPreset.Create("icem-reacher");
        var root = YamlReader.ReadFile(Path.Combine(Checkout.Root, "config", "tasks", "reach-50hz.yaml"));
        var model = OptionsBinder.Bind<ModelSettings>(root.Find("model")?.Value);

        Assert.Equal(preset.Planner, OptionsBinder.Bind<PlannerOptions>(root.Find("planner")?.Value));
        Assert.Equal((preset.Members, preset.Particles), (model.Ensemble.Members, model.Rollout.Particles));
        Assert.Equal(preset.Hidden, model.Ensemble.Hidden);
    }

    [Fact]
    public void Run_IcemPreset_AsksFor97Rollouts()
    {
        var preset = PlannerPreset.Create("icem-reacher") with { Hidden = [8] };
        using var pool = new WorkerPool(1);
        var ensemble = PackedEnsemble.Compile(RandomEnsemble.Create(preset, RandomKey.FromSeed(1)));
        var evaluator = new FusedEnsembleEvaluator(ensemble, new FusedEnsembleOptions
        {
            Particles = preset.Particles,
            Reward = preset.Reward,
            MaximumPopulation = preset.Planner.MaximumPopulationSize,
            MaximumHorizon = preset.Planner.Horizon,
            Workers = pool,
        });
        var timer = new DecisionTimer(
            preset, evaluator, ensemble.FlopsPerParticleStep * preset.Particles, new SystemClock(), RandomKey.FromSeed(2));

        timer.WarmUp();
        timer.Run();
        timer.Run();

        Assert.Equal(97, timer.Sequences);
        Assert.False(timer.Failed);
        Assert.Equal(2, timer.Count);
        Assert.Equal(97 * 25 * 5 * ensemble.FlopsPerParticleStep / 1e9, timer.GigaflopPerDecision, 1e-6);
    }
}
