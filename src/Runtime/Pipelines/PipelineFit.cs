using System.Globalization;
using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Core.Streams;
using Robotics.Inference.Formats;
using Robotics.Inference.Latent;

namespace Robotics.Runtime.Pipelines;

/// <summary>Checks that the parts of a pipeline are compatible and locates errors in its file. Pure.</summary>
public static class PipelineFit
{
    private static readonly IReadOnlyDictionary<string, LatentDynamics> Models = new Dictionary<string, LatentDynamics>
    {
        ["rssm"] = LatentDynamics.Rssm,
        ["ensemble"] = LatentDynamics.Ensemble,
        ["foresights"] = LatentDynamics.Foresights,
    };

    private static readonly IReadOnlyDictionary<string, LatentActorUse> Priors = new Dictionary<string, LatentActorUse>
    {
        ["none"] = LatentActorUse.None,
        ["actor"] = LatentActorUse.Prior,
        ["policy"] = LatentActorUse.Policy,
    };

    /// <summary>Rejects a pipeline whose parts are incompatible.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="task">Its task, the pipeline's sections laid over it.</param>
    /// <param name="layout">Input layout of the checkpoint's estimator.</param>
    /// <param name="notes">Metadata of the checkpoint.</param>
    /// <exception cref="ConfigurationException">One line for each incompatible part.</exception>
    public static void Require(
        PipelineDocument pipeline, TaskDefinition task, SequenceLayout layout, IReadOnlyDictionary<string, string> notes) =>
        ThrowIfAny(Find(pipeline, task, layout, notes));

    /// <summary>The parts of the checkpoint that a pipeline uses.</summary>
    /// <exception cref="ConfigurationException">The checkpoint was trained without it.</exception>
    public static LatentUse UseOf(PipelineDocument pipeline)
    {
        var folder = pipeline.Checkpoint.Value;
        var use = CompiledLatent.UseOf(folder) with
        {
            Dynamics = Models[pipeline.Model.Value],
            Value = pipeline.ModelValue,
            Actor = Priors[pipeline.Prior.Value],
        };
        if (CompiledLatent.Lacks(folder, use) is not { } part)
            return use;
        var at = part == "actor" ? pipeline.Prior.At : pipeline.Model.At;
        throw new ConfigurationException(
            [$"{at}: the checkpoint was trained without the {part} that is to be used; train it with the setting under 'latent:', or name "
                + "another 'kind'"]);
    }

    /// <summary>Throws unless there is no error: a line for each, in the order of the file.</summary>
    internal static void ThrowIfAny(IEnumerable<(SourceLocation At, string Message)> found)
    {
        string[] errors = [.. found.OrderBy(e => e.At.Line).ThenBy(e => e.At.Column).Select(e => $"{e.At}: {e.Message}")];
        if (errors.Length > 0)
            throw new ConfigurationException(errors);
    }

    /// <summary>True when the control rate is the task's.</summary>
    internal static IEnumerable<(SourceLocation At, string Message)> TaskRate(PipelineDocument pipeline, TaskDefinition task)
    {
        var (rate, at) = (pipeline.ControlRateHz.Value, pipeline.ControlRateHz.At);
        if (Math.Abs((rate / task.ControlRateHz) - 1) > 1e-3)
            yield return (at, Text(
                $"task '{task.Name}' is controlled at {task.ControlRateHz:0.###} Hz, not at {rate:0.###} Hz; give its rate"));
    }

    /// <summary>Names as a list in a sentence.</summary>
    internal static string Names(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));

    private static IEnumerable<(SourceLocation At, string Message)> Find(
        PipelineDocument pipeline, TaskDefinition task, SequenceLayout layout, IReadOnlyDictionary<string, string> notes) =>
    [
        .. Kinds(pipeline), .. Checkpoint(pipeline, task, layout, notes), .. Rates(pipeline, task, layout),
        .. Streams(pipeline, task, layout),
    ];

    private static IEnumerable<(SourceLocation At, string Message)> Kinds(PipelineDocument pipeline)
    {
        if (!Models.ContainsKey(pipeline.Model.Value))
            yield return (pipeline.Model.At, $"unknown model '{pipeline.Model.Value}'; known: {string.Join(", ", Models.Keys)}");
        if (pipeline.ModelCheckpoint is { } checkpoint)
            yield return (checkpoint.At, "a learned estimator's checkpoint holds its dynamics; leave 'checkpoint' out under 'model'");
        if (!Priors.ContainsKey(pipeline.Prior.Value))
            yield return (pipeline.Prior.At, $"unknown prior '{pipeline.Prior.Value}'; known: {string.Join(", ", Priors.Keys)}");
    }

    private static IEnumerable<(SourceLocation At, string Message)> Checkpoint(
        PipelineDocument pipeline, TaskDefinition task, SequenceLayout layout, IReadOnlyDictionary<string, string> notes)
    {
        var at = pipeline.Checkpoint.At;
        if (layout.ActionDimension != task.Actions.Dimension)
            yield return (at, $"the checkpoint commands {layout.ActionDimension} numbers, but the robot of task '{task.Name}' takes "
                + $"{task.Actions.Dimension}; name a checkpoint of this robot");
        else if (layout.ActionHash != task.Actions.Hash)
            yield return (at, $"the checkpoint was trained with other actions (joints, modes or ranges) than those of task '{task.Name}'; "
                + "name a checkpoint of this robot");
        else if (notes.TryGetValue("task_hash", out var hash) && hash != task.Hash)
            yield return (at, $"the checkpoint was trained on task '{notes.GetValueOrDefault("task", "unknown")}' with other observations, "
                + $"rates or reward than task '{task.Name}' has now; name a checkpoint of this task, or train anew");
    }

    private static IEnumerable<(SourceLocation At, string Message)> Rates(
        PipelineDocument pipeline, TaskDefinition task, SequenceLayout layout)
    {
        var (rate, at) = (pipeline.ControlRateHz.Value, pipeline.ControlRateHz.At);
        return Math.Abs((rate * layout.PeriodSeconds) - 1) > 1e-3
            ? [(at, Text($"the checkpoint was trained at {1 / layout.PeriodSeconds:0.###} Hz, not at {rate:0.###} Hz; give its rate"))]
            : TaskRate(pipeline, task);
    }

    private static IEnumerable<(SourceLocation At, string Message)> Streams(
        PipelineDocument pipeline, TaskDefinition task, SequenceLayout layout)
    {
        var known = string.Join(", ", layout.Modalities.Select(m => m.Name));
        foreach (var stream in pipeline.Streams)
        {
            if (layout.Modalities.FirstOrDefault(m => m.Name == stream.Name.Value) is not { } modality)
                yield return (stream.Name.At, $"the checkpoint's estimator takes in nothing called '{stream.Name.Value}'; it takes "
                    + $"in {known}");
            else if (Mismatch(stream, modality, task) is { } found)
                yield return found;
        }

        var at = pipeline.Streams[0].Name.At;
        foreach (var modality in layout.Modalities.Where(m => pipeline.Streams.All(s => s.Name.Value != m.Name)))
            yield return (at, $"no stream feeds '{modality.Name}', which the checkpoint's estimator takes in; add it under 'streams'");
    }

    private static (SourceLocation At, string Message)? Mismatch(PipelineStream stream, SequenceModality modality, TaskDefinition task) =>
        modality.Image is { } format
        ? CameraMismatch(stream, format, task)
        : TermMismatch(stream, modality, task);

    private static (SourceLocation At, string Message)? CameraMismatch(PipelineStream stream, ImageFormat format, TaskDefinition task)
    {
        if (stream.Camera is not { } camera)
            return (stream.Name.At, $"the checkpoint's estimator looks at '{stream.Name.Value}' through a camera, not at terms; give "
                + "'camera'");
        if (task.Simulation.Cameras.FirstOrDefault(c => c.Name == camera.Value) is not { } found)
            return (camera.At, $"task '{task.Name}' has no camera '{camera.Value}'; it has "
                + $"{Names(task.Simulation.Cameras.Select(c => c.Name))}");
        return found.Width == format.Width && found.Height == format.Height
            ? null
            : (camera.At, $"camera '{camera.Value}' gives images of {found.Width}×{found.Height}, but the checkpoint's estimator takes "
                + $"{format.Width}×{format.Height}; change the camera's size in the task");
    }

    private static (SourceLocation At, string Message)? TermMismatch(PipelineStream stream, SequenceModality modality, TaskDefinition task)
    {
        if (stream.Camera is { } camera)
            return (camera.At, $"the checkpoint's estimator reads '{stream.Name.Value}' from terms, not through a camera; give 'terms'");
        var elements = new List<string>();
        foreach (var term in stream.Terms)
        {
            var of = task.Observations.Elements.Select(e => e.Name).Where(
                n => n == term.Value || n.StartsWith(term.Value + ".", StringComparison.Ordinal)).ToList();
            if (of.Count == 0)
                return (term.At, $"task '{task.Name}' observes no '{term.Value}'; it observes "
                    + $"{Names(task.Terms.Where(t => t.IsObserved).Select(t => t.Name))}");
            elements.AddRange(of);
        }

        if (elements.Count != modality.Elements.Count)
            return (stream.Terms[0].At, $"these terms are {elements.Count} numbers, but the checkpoint's estimator takes "
                + $"{modality.Elements.Count} as '{stream.Name.Value}'; name the terms it was trained with");
        return elements.SequenceEqual(modality.Elements)
            ? null
            : (stream.Terms[0].At, $"the checkpoint's estimator takes {Names(modality.Elements)} as '{stream.Name.Value}', not "
                + $"{Names(elements)}; name the terms it was trained with");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
