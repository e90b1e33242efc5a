using Robotics.App.Shell;
using Robotics.Configuration;
using Robotics.Core;
using Robotics.StateEstimation;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>
/// A pipeline that was brought together and fits: from its file to what believes and plans. The same file runs in lock-step and against
/// the wall clock. Immutable.
/// </summary>
internal sealed class Pipeline
{
    private readonly LatentUse _use;

    private Pipeline(PipelineDocument document, TaskRequest request, LatentUse use) => (Document, Request, _use) = (document, request, use);

    /// <summary>The file.</summary>
    public PipelineDocument Document { get; }

    /// <summary>The task, the pipeline's sections laid over it.</summary>
    public TaskRequest Request { get; }

    /// <summary>Reads a pipeline and refuses one whose parts do not fit; nothing moves.</summary>
    /// <param name="context">The command.</param>
    /// <param name="pipeline">A file, or a name in <c>config/pipelines</c>.</param>
    /// <param name="threads">Workers for rollouts.</param>
    /// <exception cref="UserErrorException">Something in the file is wrong or does not fit: a line for each, with its place.</exception>
    public static Pipeline Load(CommandContext context, string pipeline, int threads)
    {
        var document = PipelineDocument.Load(Find(pipeline));
        var request = new TaskRequest(TaskOf(document), MjcfPath: null, context.ConfigPath, context.Seed, threads)
        {
            Overlay = document.Overlay,
            Warn = context.Output.Warn,
        };
        var task = TaskSession.Resolve(request);
        var folder = document.Checkpoint.Value;
        if (!SequenceCheckpoint.Exists(folder))
            throw new ConfigurationException([$"{document.Checkpoint.At}: there is no checkpoint in '{folder}'; name a folder with {SequenceCheckpoint.FileName}, or make one with './robot train latent --task {task.Name}'"]);
        PipelineFit.Require(document, task, SequenceCheckpoint.LayoutOf(folder), SequenceCheckpoint.NotesOf(folder));
        return new Pipeline(document, request, PipelineFit.UseOf(document));
    }

    /// <summary>Makes what believes and plans.</summary>
    /// <param name="session">The task.</param>
    /// <param name="cameras">The robot's cameras.</param>
    /// <param name="clock">The clock of the planner's deadlines; null for decisions that depend on the work alone.</param>
    /// <param name="gate">What comes between the cameras and the estimator; null for nothing.</param>
    public WallClockMind CreateMind(TaskSession session, IReadOnlyList<ISensorStream<ImageLease>> cameras, IClock? clock, CameraGateOptions? gate = null)
    {
        var latent = CompiledLatent.Load(Document.Checkpoint.Value, session.Workers, _use);
        var planner = session.CreatePlanner(latent, clock);
        return WallClockMind.OfLatent(session.Task, latent, cameras, planner, $"the checkpoint in {Document.Checkpoint.Value}", Document.Streams, gate);
    }

    private static string Find(string pipeline)
    {
        if (File.Exists(pipeline))
            return pipeline;
        var folder = Path.Combine(RepositoryFolder.Find(), "config", "pipelines");
        var path = Path.Combine(folder, pipeline + ".yaml");
        if (File.Exists(path))
            return path;
        var known = Directory.Exists(folder) ? string.Join(", ", Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order()) : "none";
        throw new UserErrorException($"there is no pipeline '{pipeline}': give the path of a pipeline's YAML file, or one of these names: {known}.");
    }

    private static string TaskOf(PipelineDocument document)
    {
        var beside = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(document.FilePath)) ?? "", document.Task.Value));
        try
        {
            return File.Exists(beside) ? beside : TaskFiles.Find(document.Task.Value);
        }
        catch (UserErrorException e)
        {
            throw new ConfigurationException([$"{document.Task.At}: {e.Message}"], e);
        }
    }
}
