using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Terms;
using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Data.Storage;
using Robotics.Learning.Episodes;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Pets;
using Robotics.Learning.Settings;
using Robotics.Runtime.LockStep;
using Robotics.Testing;
using Robotics.Tests.Unit.Runtime;

namespace Robotics.Tests.Unit.Learning;

public sealed class ReinforcementExperimentTests : IDisposable
{
    private static readonly ReinforcementOptions Options = new() { Seed = 5, RandomTrials = 1, Trials = 3, EvaluationEpisodes = 1 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_LearnableWorld_DoesBetterThanAtRandomAndForeseesIt()
    {
        var reports = await RunAsync(_folder.File("run"), Options);
        Assert.Equal(4, reports.Count);
        Assert.Equal("random", reports[0].Controller);
        Assert.Null(reports[0].Prediction);
        Assert.True(reports[3].MeanReturn > reports[0].MeanReturn + 1, $"{reports[3].MeanReturn} against {reports[0].MeanReturn}");
        Assert.True(Math.Abs(reports[3].Prediction!.Gap) < 0.5);
        Assert.Equal(PointMassTask.Horizon - 8 + 1, reports[3].Prediction!.Count);
        Assert.Single(reports[3].EvaluationReturns);
        var run = new RunFolder(_folder.File("run"));
        Assert.Equal([2, 3], run.CheckpointedTrials());
        Assert.Equal(5, File.ReadAllLines(Path.Combine(run.Path, "trials.csv")).Length);
        Assert.Contains("\"model.w0\":", File.ReadAllLines(run.Metrics)[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(45)]
    [InlineData(60)]
    [InlineData(85)]
    [InlineData(119)]
    public async Task RunAsync_AfterAKillAtAnyStep_GivesTheSameBits(int killedAtStep)
    {
        var (whole, killed) = (_folder.File("whole"), _folder.File("killed"));
        await RunAsync(whole, Options, new AtStep(killedAtStep, () => CopyAsAKillLeavesIt(whole, killed)));
        var partial = Directory.GetFiles(killed, "*.journal", SearchOption.AllDirectories).Length;
        await RunAsync(killed, Options);
        AssertSameRun(whole, killed);
        Assert.Equal(partial, Directory.GetFiles(killed, "*.partial-0.safetensors", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task RunAsync_CancelledInATrial_KeepsItsStepsAndGoesOn()
    {
        var (whole, stopped) = (_folder.File("whole"), _folder.File("stopped"));
        await RunAsync(whole, Options);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAsync<OperationCanceledException>(
            () => RunUntilAsync(stopped, Options, new AtStep(48, cancel.Cancel), cancel.Token));
        var partial = Assert.Single(new EpisodeStore(Path.Combine(stopped, "evaluation")).ListPartial());
        Assert.Equal(8, EpisodeStore.Read(partial.Path).Steps);
        var left = await RunAsync(stopped, Options);
        Assert.Equal(1, left[0].Trial);
        AssertSameRun(whole, stopped);
    }

    [Fact]
    public async Task RunAsync_CancelledWithinADecision_DoesNotActOnIt()
    {
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        var store = new EpisodeStore(_folder.File("run"));
        using var cancel = new CancellationTokenSource();
        var policy = new CancellingPolicy(atDecision: PointMassTask.Horizon, cancel);
        await Assert.ThrowsAsync<OperationCanceledException>(() => new EpisodeRunner(environment, new SystemClock(), null).RunAsync(
            PointMassTask.Controller(policy), new EpisodePlan(0, 0, 1, RandomKey.FromSeed(1)), store, cancel.Token));
        Assert.Empty(store.List());
        Assert.Equal(PointMassTask.Horizon - 1, EpisodeStore.Read(Assert.Single(store.ListPartial()).Path).Steps);
    }

    [Fact]
    public async Task RunAsync_MoreTrialsThanBefore_GoesOnWithThem()
    {
        var run = _folder.File("run");
        await RunAsync(run, Options with { Trials = 1 });
        var more = await RunAsync(run, Options with { Trials = 2 });
        Assert.Equal(2, Assert.Single(more).Trial);
        Assert.Empty(await RunAsync(run, Options with { Trials = 2 }));
    }

    [Fact]
    public async Task RunAsync_FolderOfAnotherExperiment_IsRefused()
    {
        var run = _folder.File("run");
        await RunAsync(run, Options with { Trials = 0 });
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(run, Options with { Seed = 6 }));
        Assert.Contains("seed 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LostEpisode_IsRefused()
    {
        var run = _folder.File("run");
        await RunAsync(run, Options with { Trials = 1 });
        File.Delete(Path.Combine(run, "episodes", "trial-0000-episode-00.safetensors"));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(run, Options));
        Assert.Contains("lacks episode 0 of trial 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_RewardNotFinite_NamesTaskAndStepAndKeepsTheStepsBefore()
    {
        var b = new TermBuilder();
        var reward = b.Build(b.Exponential(b.Multiply(b.Constant(1e4), b.Subtract(b.Square(b.Observation(0)), b.Constant(0.25)))));
        var task = PointMassTask.Create() with { Reward = reward };
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        var store = new EpisodeStore(_folder.File("run"));
        var runner = new EpisodeRunner(environment, new SystemClock(), null);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => runner.RunAsync(
            PointMassTask.Controller(new PushPolicy()), new EpisodePlan(2, 0, 1, RandomKey.FromSeed(1)), store,
            TestContext.Current.CancellationToken));
        var kept = EpisodeStore.Read(Assert.Single(store.ListPartial()).Path);
        Assert.InRange(kept.Steps, 1, PointMassTask.Horizon - 1);
        Assert.StartsWith(
            $"point-mass.yaml: the reward became ∞ at step {kept.Steps + 1} of trial 2 (push);", error.Message.Replace("Infinity", "∞"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_FolderInUse_IsRefused()
    {
        using var runLock = RunLock.Take(_folder.File("run"));
        await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(_folder.File("run"), Options));
    }

    [Fact]
    public async Task EvaluationExperiment_SameSeed_SameStartsForEveryController()
    {
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task), task);
        var experiment = new EvaluationExperiment(environment, new SystemClock());
        var random = await experiment.RunAsync(
            PointMassTask.Controller(new RandomPolicy()), 3, 9, _folder.File("a"), TestContext.Current.CancellationToken);
        var idle = await experiment.RunAsync(
            PointMassTask.Controller(new ToyPolicy(new ToyLearner())), 3, 9, _folder.File("b"), TestContext.Current.CancellationToken);
        Assert.Equal(3, random.Episodes.Count);
        Assert.Equal(random.Episodes.Select(e => e.Observation(0).ToArray()), idle.Episodes.Select(e => e.Observation(0).ToArray()));
        Assert.NotEqual(random.Mean, idle.Mean);
        Assert.Equal(0, random.Successes);
        Assert.Equal(0, random.SuccessInterval.Low);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-50.0)]
    public async Task EvaluationExperiment_ASimulationDiverges_ItsEpisodeCountsAsTheTaskSays(double? worth)
    {
        var task = PointMassTask.Create() with { DivergedReturn = worth };
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task) { DivergesAtStep = 150 }, task);

        var found = await new EvaluationExperiment(environment, new SystemClock()).RunAsync(
            PointMassTask.Controller(new RandomPolicy()), 3, 9, _folder.File("a"), TestContext.Current.CancellationToken);

        var read = new EpisodeStore(_folder.File("a")).List().Select(f => EpisodeStore.Read(f.Path)).ToList();
        Assert.Equal([20, 9, 20], read.Select(e => e.Steps));
        Assert.Equal([false, true, false], read.Select(e => e.IsDiverged));
        Assert.Equal(worth ?? double.NaN, read[1].Return);
        Assert.Equal(worth is null ? [0, 2] : [0, 1, 2], found.Episodes.Select(e => e.Header.Index));
        Assert.Equal((3, 1), (found.Faults.Episodes, found.Faults.Diverged));
        var expected = worth is null ? "1 of 3 episodes, which are left out" : "1 of 3 episodes, which count as the return";
        Assert.Contains(expected, Assert.Single(found.Faults.Describe()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ASimulationDiverges_NothingIsLearnedOfIt()
    {
        var reports = await RunAsync(
            _folder.File("run"), Options with { EpisodesPerTrial = 2, EvaluationEpisodes = 0, Trials = 1 }, divergesAtStep: 150);
        var more = await RunAsync(_folder.File("run"), Options with { EpisodesPerTrial = 2, EvaluationEpisodes = 0, Trials = 2 });

        Assert.Equal([20, 60], reports.Select(r => r.Transitions));
        Assert.Equal([1, 0], reports.Select(r => r.Faults.Diverged));
        Assert.Single(reports[0].Returns);
        Assert.Equal(100, Assert.Single(more).Transitions);
        var refused = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(_folder.File("all"), Options, divergesAtStep: 50));
        Assert.StartsWith(
            "Task 'point-mass': the simulation diverged in every episode (1 under 'random', after 9 to 9 steps)", refused.Message,
            StringComparison.Ordinal);
    }

    private sealed class PushPolicy : IPolicy
    {
        public string Name => "push";

        public int PlanHorizon => 0;

        public void Reset()
        {
            // It remembers nothing.
        }

        public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
        {
            action.Fill(1);
            return Decision.NoPrediction;
        }
    }

    private static Task<IReadOnlyList<TrialReport>> RunAsync(
        string folder, ReinforcementOptions options, IExperimentProgress? progress = null, long? divergesAtStep = null) =>
        RunUntilAsync(folder, options, progress, TestContext.Current.CancellationToken, divergesAtStep);

    private static async Task<IReadOnlyList<TrialReport>> RunUntilAsync(
        string folder, ReinforcementOptions options, IExperimentProgress? progress, CancellationToken cancellationToken,
        long? divergesAtStep = null)
    {
        var task = PointMassTask.Create();
        await using var environment = await PointMassTask.ConnectAsync(new PointMassWorld(task) { DivergesAtStep = divergesAtStep }, task);
        using var learner = new ToyLearner();
        var experiment = new ReinforcementExperiment(
            options, environment, learner, l => PointMassTask.Controller(new ToyPolicy((ToyLearner)l)), new RunFolder(folder),
            new SystemClock(), progress);
        return await experiment.RunAsync(cancellationToken);
    }

    // A kill leaves torn ends: a step half written, a line half written, a checkpoint half written.
    private static void CopyAsAKillLeavesIt(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(
            f => !f.EndsWith("run.lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new FileStream(target, FileMode.Create);
            source.CopyTo(copy);
            if (file.EndsWith(".journal", StringComparison.Ordinal))
                copy.SetLength(copy.Length - 5);
        }

        File.AppendAllText(Path.Combine(to, "trials.jsonl"), "{\"trial\":0,\"ret");
        Directory.CreateDirectory(Path.Combine(to, "checkpoints", "trial-0001.writing", "model"));
    }

    private static void AssertSameRun(string whole, string resumed)
    {
        foreach (var store in new[] { "episodes", "evaluation" })
        {
            var (a, b) = (new EpisodeStore(Path.Combine(whole, store)).List(), new EpisodeStore(Path.Combine(resumed, store)).List());
            Assert.Equal(a.Select(f => Path.GetFileName(f.Path)), b.Select(f => Path.GetFileName(f.Path)));
            foreach (var (one, other) in a.Zip(b, (x, y) => (EpisodeStore.Read(x.Path), EpisodeStore.Read(y.Path))))
            {
                Assert.Equal(one.Observations, other.Observations);
                Assert.Equal(one.Actions, other.Actions);
                Assert.Equal(one.Applied, other.Applied);
                Assert.Equal(one.Rewards, other.Rewards);
                Assert.Equal(one.Times, other.Times);
                Assert.Equal(one.PredictedReturns, other.PredictedReturns);
            }
        }

        Assert.Equal(Column(whole, 2), Column(resumed, 2));
        Assert.Equal(Weights(whole), Weights(resumed));
    }

    private static string[] Column(string run, int column) =>
        File.ReadLines(Path.Combine(run, "trials.csv")).Select(l => l.Split(',')[column]).ToArray();

    private static byte[] Weights(string run) =>
        File.ReadAllBytes(Path.Combine(Checkpoint.ModelFolder(new RunFolder(run).CheckpointOf(3)), "weights"));

    private sealed class CancellingPolicy(int atDecision, CancellationTokenSource cancel) : IPolicy
    {
        private int _decisions;

        public string Name => "cancelling";

        public int PlanHorizon => 0;

        public void Reset() => _decisions = 0;

        public Decision Decide(ReadOnlySpan<float> observation, MonotonicTime now, RandomKey key, Span<float> action)
        {
            if (++_decisions == atDecision)
                cancel.Cancel();
            return Decision.NoPrediction;
        }
    }

    private sealed class AtStep(int at, Action act) : IExperimentProgress
    {
        private int _steps;

        public void Resumed(int lastTrial) => Assert.Fail("A new run resumes nothing.");

        public void TrainingProgressed(int trial, double share) => Assert.InRange(share, 0, 1);

        public void StepTaken(in StepProgress step)
        {
            if (++_steps == at)
                act();
        }

        public void EpisodeEnded(Episode episode) => Assert.False(episode.IsPartial);

        public void TrialEnded(TrialReport report) => Assert.NotEmpty(report.Returns);
    }
}
