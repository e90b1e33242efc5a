using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;
using Robotics.Inference.Ensembles;
using Robotics.Learning.Episodes;
using Robotics.Learning.Pets;
using Robotics.Learning.Settings;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Tracking;
using Robotics.Testing;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Tests.Sim.Learning;

/// <summary>
/// The cart-pole learned by a real ensemble under a real planner in the simulator: stopped or killed anywhere and taken up again
/// by a new session with another number of workers, it is the same run to the last bit.
/// </summary>
public sealed class ResumedLearningTests : IDisposable
{
    private const int Horizon = 30;
    private static readonly ReinforcementOptions Options = new()
    {
        Seed = 4,
        RandomTrials = 1,
        Trials = 3,
        EvaluationEpisodes = 1,
        EarlierCheckpoints = 9,
    };
    private static readonly PlannerOptions Planner = new() { Horizon = 8, Population = 40, Elites = 5, Iterations = 2 };
    private static readonly EnsembleOptions Ensemble = new() { Members = 2, Hidden = [16, 16], Epochs = 4, BatchSize = 8 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(Horizon + 7)]
    [InlineData((4 * Horizon) - 1)]
    public async Task RunAsync_KilledInATrial_IsTheSameRunToTheLastBit(int step)
    {
        var (whole, killed) = (_folder.File("whole"), _folder.File("killed"));
        await RunAsync(whole, workers: 2, new At(step, training: -1, () => Copy(whole, killed)), CancellationToken.None);
        await RunAsync(killed, workers: 1, null, TestContext.Current.CancellationToken);
        AssertSame(whole, killed);
    }

    [Theory]
    [InlineData(Horizon + 7, -1)]
    [InlineData(int.MaxValue, 6)]
    public async Task RunAsync_CancelledInATrialOrATraining_IsTheSameRunToTheLastBit(int step, int training)
    {
        var (whole, stopped) = (_folder.File("whole"), _folder.File("stopped"));
        await RunAsync(whole, workers: 1, null, TestContext.Current.CancellationToken);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunAsync(stopped, workers: 2, new At(step, training, cancel.Cancel), cancel.Token));
        await RunAsync(stopped, workers: 2, null, TestContext.Current.CancellationToken);
        AssertSame(whole, stopped);
    }

    private static async Task RunAsync(string folder, int workers, IExperimentProgress? progress, CancellationToken cancellationToken)
    {
        var task = Resolve();
        using var pool = new WorkerPool(workers);
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), RandomKey.FromSeed(Options.Seed));
        await using var environment = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), cancellationToken);
        var rollouts = new FusedEnsembleOptions
        {
            Particles = 4,
            Reward = task.Reward,
            MaximumPopulation = Planner.Population,
            MaximumHorizon = Planner.Horizon,
            Workers = pool,
        };
        using var learner = new EnsembleLearner(
            Ensemble, task.Observations, task.Actions, task.ControlPeriodSeconds, rollouts,
            RandomKey.FromSeed(Options.Seed).Derive("weights"));
        LoopController Plan(IModelLearner model) => new()
        {
            Name = "planner",
            Tracker = BeliefTracker.FromObservation(
                new DirectObservationEstimator(task.Observations.Dimension, learner.FusedEvaluator), task.Observations.Dimension,
                task.Actions.Dimension),
            Planner = PlannerFactory.Create(Planner, model.Evaluator),
            Horizon = Planner.Horizon,
            PlanHorizon = Planner.Horizon,
        };
        await new ReinforcementExperiment(
            Options, environment, learner, Plan, new RunFolder(folder), new SystemClock(), progress).RunAsync(cancellationToken);
    }

    private static TaskDefinition Resolve()
    {
        var document = TaskDocument.Load(TestModels.Shipped("../tasks/cartpole.yaml"));
        using var model = MujocoModel.Load(document.ModelPath);
        return document.Resolve(new MujocoModelCatalog(model)) with { HorizonSteps = Horizon };
    }

    private static void AssertSame(string whole, string resumed)
    {
        var (expected, found) = (TrialMetrics.Read(new RunFolder(whole)), TrialMetrics.Read(new RunFolder(resumed)));
        Assert.Equal(Options.TotalTrials, expected.Count);
        string[] columns = ["return", "evaluation_return", "loss", "transitions", "predicted_return_bias", "model.training_rmse"];
        foreach (var column in columns)
            Assert.Equal(expected.Select(t => t.Number(column)), found.Select(t => t.Number(column)));
        Assert.Equal(Options.TotalTrials, expected.Select(t => t.Number("return")).Distinct().Count());
        for (var trial = 0; trial < Options.TotalTrials; trial++)
            Assert.Equal(Weights(whole, trial), Weights(resumed, trial));
        foreach (var file in new EpisodeStore(new RunFolder(whole).Episodes).List())
        {
            var (one, other) = (EpisodeStore.Read(file.Path), EpisodeStore.Read(
                file.Path.Replace(whole, resumed, StringComparison.Ordinal)));
            Assert.Equal(one.Observations, other.Observations);
            Assert.Equal(one.Applied, other.Applied);
            Assert.Equal(one.PredictedReturns, other.PredictedReturns);
        }
    }

    private static byte[] Weights(string run, int trial) =>
        File.ReadAllBytes(Path.Combine(Checkpoint.ModelFolder(new RunFolder(run).CheckpointOf(trial)), "ensemble.safetensors"));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "run.lock"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new FileStream(target, FileMode.Create);
            source.CopyTo(copy);
        }
    }

    /// <summary>Acts once, after a step in an episode or a report of a training, both counted from 1 over the whole run.</summary>
    private sealed class At(int step, int training, Action act) : IExperimentProgress
    {
        private int _steps;
        private int _trainings;

        public void Resumed(int lastTrial)
        {
            // Only fresh runs are followed.
        }

        public void TrainingProgressed(int trial, double share)
        {
            if (++_trainings == training)
                act();
        }

        public void StepTaken(in StepProgress progress)
        {
            if (++_steps == step)
                act();
        }

        public void EpisodeEnded(Episode episode)
        {
            // Steps are enough.
        }

        public void TrialEnded(TrialReport report)
        {
            // Steps are enough.
        }
    }
}
