using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Plans;
using Robotics.Core.Rollouts;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Data.Checkpoints;
using Robotics.Inference.Formats;
using Robotics.Inference.Latent;
using Robotics.Runtime.Faults;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Tasks;
using Robotics.StateEstimation.Kalman;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Streams;
using Robotics.StateEstimation.Tracking;

namespace Robotics.Runtime.WallClock;

/// <summary>
/// Estimator and planner of a wall-clock run. The control loop's thread owns it while it runs; disposing closes its streams.
/// </summary>
public sealed class ControllerStack : IDisposable
{
    private const int MaximumQueuedImages = 8;

    // Simulated cameras have no noise: an arm at rest gives identical images.
    private const int IdenticalImagesUntilFrozen = 200;
    private readonly IStreamReader<ImageLease>[] _readers;
    private CameraFaultInjection[] _faults = [];

    private ControllerStack(BeliefTracker tracker, IPlanner planner, params IStreamReader<ImageLease>[] readers) =>
        (Tracker, Planner, _readers) = (tracker, planner, readers);

    /// <summary>The belief tracker.</summary>
    public BeliefTracker Tracker { get; }

    /// <summary>The planner.</summary>
    public IPlanner Planner { get; }

    /// <summary>The state observed directly, and a learned ensemble over it.</summary>
    public static ControllerStack FromEnsemble(
        TaskSession session, ITrajectoryEvaluator evaluator, IBeliefPredictor predictor, IClock clock)
    {
        var (observations, actions) = (session.Task.Observations.Dimension, session.Task.Actions.Dimension);
        var estimator = new DirectObservationEstimator(observations, predictor);
        return new ControllerStack(
            BeliefTracker.FromObservation(estimator, observations, actions), session.CreatePlanner(evaluator, clock));
    }

    /// <summary>The Kalman filter over joint positions and velocities, and a planner over the task's observation with them.</summary>
    /// <param name="session">The task.</param>
    /// <param name="options">Options of the filter.</param>
    /// <param name="streams">Streams of the filter, for their maximum ages.</param>
    /// <param name="elements">[stream], its name and the indices of its elements in the task's observation.</param>
    /// <param name="planner">Plans from the filter's belief.</param>
    public static ControllerStack FromKalman(
        TaskSession session, KalmanOptions options, IReadOnlyList<PipelineStream> streams,
        IReadOnlyList<(string Name, int[] Elements)> elements, IPlanner planner)
    {
        var estimator = new JointKalmanEstimator(session.Task, elements, options);
        var sources = elements.Select(s => new VectorSource(s.Name, s.Elements)).ToList();
        if (estimator.CommandedElements.Count > 0)
            sources.Add(new VectorSource(JointKalmanEstimator.Commanded, estimator.CommandedElements));
        var tracking = new BeliefTrackerOptions
        {
            History = new BeliefHistoryOptions { ActionDimension = session.Task.Actions.Dimension },
            Assembly = new AssemblyOptions { MaximumAgeSeconds = [.. streams.Select(s => s.MaximumAgeSeconds)] },
        };
        return new ControllerStack(new BeliefTracker(estimator, sources, tracking), planner);
    }

    /// <summary>A trained filter over cameras and joints, and its own latent model.</summary>
    /// <param name="session">The task.</param>
    /// <param name="run">A run folder of <c>train estimator</c>, or the folder of its model.</param>
    /// <param name="cameras">The robot's cameras.</param>
    /// <param name="clock">Clock of the planner's deadlines.</param>
    /// <exception cref="UserErrorException">There is no filter, or it is of another task.</exception>
    public static ControllerStack FromEstimator(
        TaskSession session, string run, IReadOnlyList<ISensorStream<ImageLease>> cameras, IClock clock)
    {
        var folder = SequenceModelFile.Exists(run) ? run : EstimatorFolder.ModelFolder(run);
        var latent = CompiledLatent.Load(folder, session.Workers);
        return FromLatent(session.Task, latent, cameras, session.CreatePlanner(latent, clock), $"the estimator in {folder}");
    }

    /// <summary>A filter over cameras and joints, and a planner over its beliefs.</summary>
    /// <param name="task">The task.</param>
    /// <param name="latent">The filter.</param>
    /// <param name="cameras">The robot's cameras.</param>
    /// <param name="planner">Plans from its beliefs.</param>
    /// <param name="origin">Name of the filter in error messages.</param>
    /// <param name="streams">Streams of its modalities; null for the cameras of the same names, without age limits.</param>
    /// <param name="faults">Faults injected between cameras and filter; null for none.</param>
    /// <exception cref="UserErrorException">The filter is of another task.</exception>
    public static ControllerStack FromLatent(
        TaskDefinition task, CompiledLatent latent, IReadOnlyList<ISensorStream<ImageLease>> cameras, IPlanner planner, string origin,
        IReadOnlyList<PipelineStream>? streams = null, CameraFaultOptions? faults = null)
    {
        var layout = latent.Layout;
        if (layout.ActionHash != task.Actions.Hash || Math.Abs(layout.PeriodSeconds - task.ControlPeriodSeconds) > 1e-9)
            throw new UserErrorException(
                $"{origin} was trained with other actions or another control rate than those of task '{task.Name}'; name the task it was "
                    + "trained on, or train anew.");
        var readers = new List<IStreamReader<ImageLease>>();
        IModalitySource[] sources = [.. layout.Modalities.Select(
            m => Source(m, StreamOf(m)?.Camera?.Value ?? m.Name, task, cameras, readers))];
        if (faults is not null)
            sources = [.. sources.Select(s => s is CameraSource ? new CameraFaultInjection(s, faults) : s)];
        var options = new BeliefTrackerOptions
        {
            History = new BeliefHistoryOptions { ActionDimension = task.Actions.Dimension },
            Assembly = new AssemblyOptions
            {
                FrozenAfter = IdenticalImagesUntilFrozen,
                MaximumAgeSeconds = [.. layout.Modalities.Select(m => StreamOf(m)?.MaximumAgeSeconds ?? double.PositiveInfinity)],
            },
        };
        return new ControllerStack(
            new BeliefTracker(latent.CreateEstimator(), sources, options), planner,
            [.. readers])
        { _faults = [.. sources.OfType<CameraFaultInjection>()] };

        PipelineStream? StreamOf(SequenceModality modality) => streams?.FirstOrDefault(s => s.Name.Value == modality.Name);
    }

    /// <summary>The same in lock-step.</summary>
    /// <param name="name">Name of the controller in records.</param>
    /// <param name="options">The planner's horizon and latency.</param>
    public LoopController ToController(string name, PlannerOptions options) => new()
    {
        Name = name,
        Tracker = Tracker,
        Planner = Planner,
        Horizon = options.Horizon,
        PlanHorizon = options.Horizon,
        LatencyPeriods = options.Latency,
        DerivesKeysFromFirst = true,
        Began = Begin,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _readers)
            reader.Dispose();
    }

    private void Begin(MonotonicTime at)
    {
        foreach (var fault in _faults)
            fault.Start(at);
    }

    private static IModalitySource Source(
        SequenceModality modality, string cameraName, TaskDefinition task, IReadOnlyList<ISensorStream<ImageLease>> cameras,
        List<IStreamReader<ImageLease>> readers)
    {
        if (modality.Image is not { } format)
            return new VectorSource(modality.Name, [.. modality.Elements.Select(name => PlaceOf(name, task))]);
        var camera = cameras.FirstOrDefault(c => c.Spec.Name == cameraName)
            ?? throw new UserErrorException(
                $"the estimator looks through camera '{cameraName}', which task '{task.Name}' does not have; name the task it was "
                    + "trained on.");
        var reader = camera.OpenReader(MaximumQueuedImages);
        readers.Add(reader);
        return new CameraSource(modality.Name, format, reader);
    }

    private static int PlaceOf(string name, TaskDefinition task)
    {
        for (var i = 0; i < task.Observations.Elements.Count; i++)
        {
            if (task.Observations.Elements[i].Name == name)
                return i;
        }

        throw new UserErrorException(
            $"the estimator reads '{name}', which task '{task.Name}' does not observe; name the task it was trained on.");
    }
}
