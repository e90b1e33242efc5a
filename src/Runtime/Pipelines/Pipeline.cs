using Robotics.Configuration.Files;
using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Core.Rollouts;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Inference.Formats;
using Robotics.Inference.Latent;
using Robotics.Runtime.Faults;
using Robotics.Runtime.Tasks;
using Robotics.Runtime.WallClock;

namespace Robotics.Runtime.Pipelines;

/// <summary>
/// A validated pipeline, from its file to estimator and planner. The same file runs in lock-step and against
/// the wall clock. Immutable.
/// </summary>
public sealed class Pipeline
{
    private readonly LatentUse? _use;

    private Pipeline(PipelineDocument document, TaskRequest request, LatentUse? use) =>
        (Document, Request, _use) = (document, request, use);

    /// <summary>The file.</summary>
    public PipelineDocument Document { get; }

    /// <summary>The task, the pipeline's sections laid over it.</summary>
    public TaskRequest Request { get; }

    /// <summary>Loads a pipeline and rejects one whose parts are incompatible; nothing moves.</summary>
    /// <param name="pipeline">A file, or a name in <c>config/pipelines</c>.</param>
    /// <param name="settings">Seed, threads and settings of the run; the task is the pipeline's.</param>
    /// <exception cref="UserErrorException">The file has errors or incompatible parts: one line each, with its location.</exception>
    public static Pipeline Load(string pipeline, TaskRequest settings)
    {
        var document = PipelineDocument.Load(Find(pipeline));
        var request = settings with { Task = TaskOf(document), Overlay = document.Overlay };
        var task = TaskSession.Resolve(request);
        if (document.Kalman is not null)
        {
            KalmanFit.Require(document, task);
            return new Pipeline(document, request, use: null);
        }

        var folder = document.Checkpoint.Value;
        if (!SequenceModelFile.Exists(folder))
            throw new ConfigurationException(
                [$"{document.Checkpoint.At}: there is no checkpoint in '{folder}'; name a folder with {SequenceModelFile.FileName}, or "
                    + $"make one with './robot train latent --task {task.Name}'"]);
        PipelineFit.Require(document, task, SequenceModelFile.ReadLayout(folder), SequenceModelFile.ReadMetadata(folder));
        return new Pipeline(document, request, PipelineFit.UseOf(document));
    }

    /// <summary>
    /// Folder of the ensemble that is planned with under the Kalman filter, with its place in the file; null when the pipeline plans with
    /// something else.
    /// </summary>
    public Located<string>? Ensemble => Document.Kalman is null ? null : Document.ModelCheckpoint;

    /// <summary>Refuses a pipeline that only runs in lock-step.</summary>
    /// <exception cref="ConfigurationException">It plans with the ground-truth dynamics.</exception>
    public void RequireWallClock()
    {
        if (Document.Kalman is null || Document.Model.Value != KalmanFit.Simulator)
            return;
        throw new ConfigurationException(
            [$"{Document.Model.At}: the ground-truth dynamics are available in lock-step only; leave '--clock wall' out, or plan with an "
                + "ensemble"]);
    }

    /// <summary>Creates estimator and planner.</summary>
    /// <param name="session">The task.</param>
    /// <param name="cameras">The robot's cameras.</param>
    /// <param name="clock">The clock of the planner's deadlines; null for decisions that depend on the work alone.</param>
    /// <param name="faults">Faults injected between cameras and estimator; null for none.</param>
    /// <param name="ensemble">The model in <see cref="Ensemble"/>; null without one.</param>
    public ControllerStack CreateController(
        TaskSession session, IReadOnlyList<ISensorStream<ImageLease>> cameras, IClock? clock, CameraFaultOptions? faults = null,
        ITrajectoryEvaluator? ensemble = null)
    {
        if (Document.Kalman is { } kalman)
            return CreateKalmanController(session, kalman.Value, clock, faults, ensemble);
        var latent = CompiledLatent.Load(Document.Checkpoint.Value, session.Workers, _use);
        var planner = session.CreatePlanner(latent, clock);
        return ControllerStack.FromLatent(
            session.Task, latent, cameras, planner, $"the checkpoint in {Document.Checkpoint.Value}", Document.Streams, faults);
    }

    private ControllerStack CreateKalmanController(
        TaskSession session, KalmanOptions options, IClock? clock, CameraFaultOptions? faults, ITrajectoryEvaluator? ensemble)
    {
        if (faults is not null)
            throw new UserErrorException(
                $"pipeline '{Document.Name}' uses no camera that could be blanked or cut off; leave '--camera' and '--camera-cut-at' out.");
        var model = Document.Model.Value == KalmanFit.Simulator
            ? session.Truth
            : ensemble ?? throw new ArgumentNullException(nameof(ensemble));
        return ControllerStack.FromKalman(
            session, options, Document.Streams, KalmanFit.ElementsOf(Document, session.Task), session.CreatePlanner(model, clock));
    }

    private static string Find(string pipeline)
    {
        if (File.Exists(pipeline))
            return pipeline;
        var folder = Path.Combine(RepositoryFolder.Find(), "config", "pipelines");
        var path = Path.Combine(folder, pipeline + ".yaml");
        if (File.Exists(path))
            return path;
        var known = Directory.Exists(folder)
            ? string.Join(", ", Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order())
            : "none";
        throw new UserErrorException(
            $"there is no pipeline '{pipeline}': give the path of a pipeline's YAML file, or one of these names: {known}.");
    }

    private static string TaskOf(PipelineDocument document)
    {
        var relative = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(Path.GetFullPath(document.FilePath)) ?? "", document.Task.Value));
        try
        {
            return File.Exists(relative) ? relative : TaskFiles.Find(document.Task.Value);
        }
        catch (UserErrorException e)
        {
            throw new ConfigurationException([$"{document.Task.At}: {e.Message}"], e);
        }
    }
}
