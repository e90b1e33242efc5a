using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Sessions;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Pipelines;
using Robotics.Runtime.Tasks;
using Robotics.Testing;

namespace Robotics.Tests.Sim.Runtime;

/// <summary>Pipelines whose state the Kalman filter estimates from joint readings.</summary>
public sealed class KalmanPipelineTests
{
    private const int Steps = 100;
    private const double PositionNoise = 0.02;
    private const double VelocityNoise = 1.5;

    private const string Whole = """
        schema: 1
        name: filtered
        task: reach
        streams:
          joints: {terms: [q, qd]}
        estimator: {kind: kalman, acceleration_density: 30, position_noise_sd: 0.02, velocity_noise_sd: 1.5}
        model: {kind: simulator}
        planner: {kind: icem, horizon: 8, population: 8, elites: 3, iterations: 1}
        prior: {kind: none}
        rates: {control_hz: 20}
        """;

    private static readonly TaskRequest Settings =
        new("", null, null, Seed: 5, Threads: 1) { Sections = LearningSession.Sections, Simulation = Disturb };

    /// <summary>A joint that an effort moves keeps its velocity from one decision to the next, as the filter assumes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Step_NoisyLateAndLostReadings_EstimatesTheStateBetterThanTheNewestReading(ulong seed)
    {
        var cartpole = Whole.Replace("task: reach", "task: cartpole", StringComparison.Ordinal)
            .Replace("control_hz: 20", "control_hz: 25", StringComparison.Ordinal);

        var (errors, _) = await RunAsync(cartpole, seed, Steps);

        Assert.InRange(errors.Ratio(0..2), 0, 0.5);
        Assert.InRange(errors.Ratio(2..4), 0, 0.95);
    }

    [Fact]
    public async Task Step_TaskWithAGoal_GoalIsInTheBeliefAsCommanded()
    {
        var (_, elements) = await RunAsync(Whole, seed: 1, steps: 3);

        Assert.Equal(elements.Truth[14..17], elements.Belief[14..17]);
    }

    [Fact]
    public async Task CreateAsync_EnsembleWithACheckpoint_PlansFromTheEstimate()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await using var session = await LearningSession.OpenAsync(Load(folder, Whole).Request, cancellationToken);
        using (var learner = session.CreateLearner(seed: 1))
            Checkpoint.Write(folder.File("weights"), Manifest(session.Task), learner.Save);
        var pipeline = Load(folder, Whole.Replace("kind: simulator", "kind: ensemble, checkpoint: weights", StringComparison.Ordinal));

        using var policies = new PipelinePolicies(session, pipeline, faults: null);
        var loops = new LockStepRunner(session.Environment, await policies.CreateAsync("pipeline", cancellationToken));
        await loops.ResetAsync(RandomKey.FromSeed(1), RandomKey.FromSeed(2), cancellationToken);
        Assert.True(loops.Step(session.Environment.CreateStep()) is LinkStatus.Ok or LinkStatus.Limited);

        Assert.Equal(1, loops.ControlCounters.Published);
    }

    [Theory]
    [InlineData(
        "kind: simulator", "kind: rssm",
        "p.yaml:7:15: the Kalman filter's state cannot be planned over with 'rssm'; give 'model' the kind ensemble or simulator")]
    [InlineData(
        "kind: simulator", "kind: ensemble",
        "p.yaml:7:15: an ensemble over the Kalman filter's state has a checkpoint of its own; give its folder as 'checkpoint'")]
    [InlineData(
        "kind: simulator", "kind: simulator, checkpoint: x",
        "p.yaml:7:38: the ground-truth dynamics have no checkpoint; leave 'checkpoint' out")]
    [InlineData(
        "kind: simulator", "kind: simulator, value: true",
        "p.yaml:7:15: there is no learned value over the Kalman filter's state; leave 'value' out")]
    [InlineData("kind: none", "kind: actor", "p.yaml:9:15: there is no prior 'actor' over the Kalman filter's state; give 'none'")]
    [InlineData("control_hz: 20", "control_hz: 25", "p.yaml:10:21: task 'reach' is controlled at 20 Hz, not at 25 Hz; give its rate")]
    [InlineData(
        "[q, qd]", "[qd]",
        "p.yaml:5:3: no stream reads the position of joint 'joint1', which the Kalman filter needs; add a term that observes it")]
    [InlineData(
        "[q, qd]", "[q, goal]",
        "p.yaml:5:23: the Kalman filter reads joint positions and velocities, and 'goal' is none that task 'reach' observes; it observes "
            + "q, qd")]
    [InlineData("[q, qd]", "[q, q]", "p.yaml:5:23: 'q' is read twice, which would count its readings double; name it once")]
    [InlineData("{terms: [q, qd]}", "{camera: front}", "p.yaml:5:20: the Kalman filter reads joints, not images; give 'terms'")]
    [InlineData("task: reach", "task: push", "p.yaml:6:19: the Kalman filter estimates joints alone, but task 'push' observes")]
    public void Load_PartsThatDoNotFit_AreRefusedAtTheirPlaces(string from, string to, string expected)
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<ConfigurationException>(() => Load(folder, Whole.Replace(from, to, StringComparison.Ordinal)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireWallClock_GroundTruthDynamics_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<ConfigurationException>(() => Load(folder, Whole).RequireWallClock());

        Assert.Contains("p.yaml:7:15: the ground-truth dynamics are available in lock-step only", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs an episode of a pipeline in lock-step.</summary>
    private static async Task<(SquaredErrors Errors, (float[] Truth, float[] Belief) Last)> RunAsync(string text, ulong seed, int steps)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var pipeline = Load(folder, text);
        await using var session = await LearningSession.OpenAsync(pipeline.Request, cancellationToken);
        using var controller = pipeline.CreateController(session, session.World.Cameras, clock: null);
        var loops = new LockStepRunner(session.Environment, controller.ToController("pipeline", session.Planner));
        await loops.ResetAsync(RandomKey.FromSeed(seed), RandomKey.FromSeed(seed).Derive("episode"), cancellationToken);
        var errors = new SquaredErrors(session.Task.Observations.Dimension);
        var (step, truth) = (session.Environment.CreateStep(), Array.Empty<float>());
        for (var t = 0; t < steps; t++)
        {
            float[] read = [.. session.Environment.Observation];
            truth = [.. session.Environment.Truth!];
            Assert.True(loops.Step(step) is LinkStatus.Ok or LinkStatus.Limited);
            errors.Add(truth, controller.Tracker.Current.Mean, read);
        }

        Assert.True(controller.Tracker.History.Replayed > 0);
        return (errors, (truth, [.. controller.Tracker.Current.Mean]));
    }

    private static CheckpointManifest Manifest(TaskDefinition task) => new()
    {
        Task = task.Name,
        TaskHash = task.Hash,
        ObservationHash = task.Observations.Hash,
        ActionHash = task.Actions.Hash,
        Seed = 0,
        Trial = 0,
    };

    private static Pipeline Load(TemporaryFolder folder, string text)
    {
        File.WriteAllText(folder.File("p.yaml"), text);
        return Pipeline.Load(folder.File("p.yaml"), Settings);
    }

    /// <summary>A reading takes longer than a control period, so that it belongs to an earlier tick.</summary>
    private static SimulationOptions Disturb(SimulationOptions options) => options with
    {
        PositionNoise = PositionNoise,
        VelocityNoise = VelocityNoise,
        SensorDelay = TimeSpan.FromMilliseconds(60),
        SensorDropout = 0.2,
    };

    /// <summary>Sums of squared errors by element.</summary>
    private sealed class SquaredErrors(int dimension)
    {
        private readonly double[] _estimated = new double[dimension];
        private readonly double[] _read = new double[dimension];

        public void Add(float[] truth, float[] estimated, float[] read)
        {
            for (var i = 0; i < truth.Length; i++)
            {
                _estimated[i] += Math.Pow(estimated[i] - truth[i], 2);
                _read[i] += Math.Pow(read[i] - truth[i], 2);
            }
        }

        /// <summary>Root-mean-square error of the estimate, relative to that of the readings.</summary>
        public double Ratio(Range elements) => Math.Sqrt(_estimated[elements].Sum() / _read[elements].Sum());
    }
}
