using Robotics.Configuration.Resets;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Learning.Classical;
using Robotics.Learning.Sessions;
using Robotics.Runtime.Faults;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Pipelines;
using Robotics.Runtime.Tasks;
using Robotics.Runtime.WallClock;

namespace Robotics.Learning.Evaluation;

/// <summary>Controllers in an evaluation of a pipeline: the pipeline itself and its baselines. One thread.</summary>
internal sealed class PipelinePolicies(LearningSession session, Pipeline pipeline, CameraFaultOptions? faults) : IDisposable
{
    private const int CalibrationStarts = 60;
    private const int MeanOf = 2000;
    private readonly List<IDisposable> _held = [];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["pipeline", "random", "mean-goal", "centroid", "true-state", "simulator"];

    /// <summary>Creates a controller.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="UserErrorException">The task is not of the kind that it needs.</exception>
    public async Task<LoopController> CreateAsync(string name, CancellationToken cancellationToken) => name switch
    {
        "random" => session.CreateController(new RandomPolicy()),
        "mean-goal" => session.CreateController(MeanGoal()),
        "centroid" => session.CreateController(await CentroidAsync(cancellationToken)),
        "true-state" => session.CreateController(TrueState()),
        "simulator" => session.CreateGroundTruthController(),
        _ => Hold(CreateController()).ToController("pipeline", session.Planner),
    };

    /// <inheritdoc/>
    public void Dispose() => _held.ForEach(h => h.Dispose());

    private ControllerStack CreateController()
    {
        var model = PipelineModel.Load(pipeline, session);
        if (model is not null)
            Hold(model);
        return pipeline.CreateController(session, session.World.Cameras, clock: null, faults, model?.Evaluator);
    }

    private ReachPolicy MeanGoal()
    {
        var kinematics = new ReachKinematics(session.Task);
        var (starts, key) = (new ResetSampler(session.Task.Reset), RandomKey.FromSeed(0).Derive("mean goal"));
        var goals = Enumerable.Range(0, MeanOf).Select(i => starts.Sample(key.Derive((ulong)i)).Goals[kinematics.GoalName]).ToList();
        double[] mean = [.. Enumerable.Range(0, goals[0].Length).Select(k => goals.Average(g => g[k]))];
        return new ReachPolicy("mean-goal", kinematics, _ => mean);
    }

    private ReachPolicy TrueState()
    {
        var kinematics = new ReachKinematics(session.Task);
        return new ReachPolicy(
            "true-state", kinematics, o => [o[kinematics.GoalOffset], o[kinematics.GoalOffset + 1], o[kinematics.GoalOffset + 2]]);
    }

    /// <summary>The centroid is calibrated on initial states of its own.</summary>
    private async Task<ReachPolicy> CentroidAsync(CancellationToken cancellationToken)
    {
        var kinematics = new ReachKinematics(session.Task);
        var camera = session.World.Cameras.Count > 0
            ? session.World.Cameras[0]
            : throw new UserErrorException($"task '{session.Task.Name}' has no camera to find a marker with; leave 'centroid' out.");
        var marker = Hold(new ColourCentroid(camera.OpenReader(8)));
        var key = RandomKey.FromSeed(0).Derive("calibration");
        var (seen, goals) = (new List<float[]>(), new List<double[]>());
        var still = new LockStepRunner(
            session.Environment, session.CreateController(new GivenActionPolicy(session.Task.Actions.Dimension)));
        var step = session.Environment.CreateStep();
        for (var i = 0; i < CalibrationStarts; i++)
        {
            await still.ResetAsync(key.Derive((ulong)i), key, cancellationToken);
            marker.Restart();
            for (var t = 0; t < 3; t++)
                still.Step(step);
            marker.Look();
            if (marker.Seen is not { } found)
                continue;
            seen.Add(found);
            goals.Add(session.Environment.Goals[kinematics.GoalName]);
        }

        if (seen.Count < CalibrationStarts / 2)
            throw new UserErrorException(
                $"camera '{camera.Spec.Name}' shows a red marker in {seen.Count} of {CalibrationStarts} starts; leave 'centroid' out.");
        marker.Calibrate(seen, goals);
        return new ReachPolicy("centroid", kinematics, _ => Look(marker)) { Began = marker.Restart };
    }

    private static double[]? Look(ColourCentroid marker)
    {
        marker.Look();
        return marker.Goal();
    }

    private T Hold<T>(T value)
        where T : IDisposable
    {
        _held.Add(value);
        return value;
    }
}
