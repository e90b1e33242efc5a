using Robotics.Configuration.Pipelines;
using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Core.Spaces;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Runtime.Pipelines;

/// <summary>Checks that the parts of a pipeline with the Kalman filter are compatible and locates errors in its file. Pure.</summary>
public static class KalmanFit
{
    /// <summary>The model that plans with a trained ensemble over the task's observation.</summary>
    public const string Ensemble = "ensemble";

    /// <summary>The model that plans with the ground-truth dynamics.</summary>
    public const string Simulator = "simulator";

    /// <summary>Rejects a pipeline whose parts are incompatible.</summary>
    /// <param name="pipeline">The pipeline; its estimator is the Kalman filter.</param>
    /// <param name="task">Its task, the pipeline's sections laid over it.</param>
    /// <exception cref="ConfigurationException">One line for each incompatible part.</exception>
    public static void Require(PipelineDocument pipeline, TaskDefinition task) =>
        PipelineFit.ThrowIfAny(
            [.. Model(pipeline), .. PipelineFit.TaskRate(pipeline, task), .. Terms(pipeline, task), .. Streams(pipeline, task)]);

    /// <summary>[stream], its name and the indices of its elements in the task's observation.</summary>
    public static IReadOnlyList<(string Name, int[] Elements)> ElementsOf(PipelineDocument pipeline, TaskDefinition task) =>
        [.. pipeline.Streams.Select(s => (s.Name.Value, s.Terms.SelectMany(t => Elements(t.Value, task)).ToArray()))];

    private static IEnumerable<(SourceLocation At, string Message)> Model(PipelineDocument pipeline)
    {
        var (model, checkpoint) = (pipeline.Model, pipeline.ModelCheckpoint);
        if (model.Value is not (Ensemble or Simulator))
            yield return (model.At, $"the Kalman filter's state cannot be planned over with '{model.Value}'; give 'model' the kind "
                + $"{Ensemble} or {Simulator}");
        if (model.Value == Ensemble && checkpoint is null)
            yield return (model.At, "an ensemble over the Kalman filter's state has a checkpoint of its own; give its folder as "
                + "'checkpoint'");
        if (model.Value == Simulator && checkpoint is { } given)
            yield return (given.At, "the ground-truth dynamics have no checkpoint; leave 'checkpoint' out");
        if (pipeline.ModelValue)
            yield return (model.At, "there is no learned value over the Kalman filter's state; leave 'value' out");
        if (pipeline.Prior.Value != "none")
            yield return (pipeline.Prior.At, $"there is no prior '{pipeline.Prior.Value}' over the Kalman filter's state; give 'none'");
    }

    private static IEnumerable<(SourceLocation At, string Message)> Terms(PipelineDocument pipeline, TaskDefinition task)
    {
        foreach (var term in task.Terms.Where(t => t.IsObserved && t.Source != ObservationSource.Commanded && !IsJoint(t)))
        {
            yield return (pipeline.Kalman!.Value.At,
                $"the Kalman filter estimates joints alone, but task '{task.Name}' observes '{term.Name}'; let the task derive it "
                    + "('treatment: derive'), or use a learned estimator");
        }
    }

    private static IEnumerable<(SourceLocation At, string Message)> Streams(PipelineDocument pipeline, TaskDefinition task)
    {
        var joints = JointElement.FromTask(task);
        var (read, isWrong) = (new HashSet<int>(), false);
        foreach (var (at, message) in pipeline.Streams.SelectMany(s => StreamErrors(s, task, read)))
        {
            isWrong = true;
            yield return (at, message);
        }

        var unread = joints.Select(j => j.Joint).OfType<string>().Distinct()
            .Where(j => !read.Any(i => joints[i] == new JointElement(j, IsVelocity: false)));
        if (!isWrong && unread.FirstOrDefault() is { } joint)
            yield return (pipeline.Streams[0].Name.At, $"no stream reads the position of joint '{joint}', which the Kalman filter needs; "
                + "add a term that observes it");
    }

    private static IEnumerable<(SourceLocation At, string Message)> StreamErrors(
        PipelineStream stream, TaskDefinition task, HashSet<int> read)
    {
        if (stream.Name.Value == JointKalmanEstimator.Commanded)
            yield return (stream.Name.At, $"the name '{JointKalmanEstimator.Commanded}' is taken by the goals, which need no stream; "
                + "choose another");
        if (stream.Camera is { } camera)
            yield return (camera.At, "the Kalman filter reads joints, not images; give 'terms'");
        foreach (var term in stream.Terms)
        {
            var known = task.Terms.FirstOrDefault(t => t.IsObserved && t.Name == term.Value);
            if (known is null || !IsJoint(known))
                yield return (term.At, $"the Kalman filter reads joint positions and velocities, and '{term.Value}' is none that task "
                    + $"'{task.Name}' observes; it observes {JointTerms(task)}");
            else if (Elements(term.Value, task).Count(read.Add) < known.Dimension)
                yield return (term.At, $"'{term.Value}' is read twice, which would count its readings double; name it once");
        }
    }

    private static string JointTerms(TaskDefinition task) =>
        PipelineFit.Names(task.Terms.Where(t => t.IsObserved && IsJoint(t)).Select(t => t.Name));

    private static bool IsJoint(TaskTerm term) => term.Quantity?.Kind is QuantityKind.JointPosition or QuantityKind.JointVelocity;

    private static IEnumerable<int> Elements(string term, TaskDefinition task) =>
        task.Terms.Where(t => t.IsObserved && t.Name == term).SelectMany(t => Enumerable.Range(t.Offset, t.Dimension));
}
