using Robotics.Runtime.Faults;

namespace Robotics.Learning.Evaluation;

/// <summary>Options of a pipeline's evaluation. Immutable.</summary>
/// <param name="Pipeline">A file, or a name in <c>config/pipelines</c>.</param>
/// <param name="Episodes">Episodes of each controller.</param>
/// <param name="Policy">The evaluated controller, one of <see cref="PipelinePolicies.Names"/>.</param>
/// <param name="Baselines">Baselines on the same initial states.</param>
/// <param name="FramesDropped">Fraction of images lost, 0 to 1; null for the task's.</param>
/// <param name="DelayJitter">Maximum jitter of image delays.</param>
/// <param name="Faults">Faults injected into the camera; or null.</param>
internal sealed record PipelineTrial(
    string Pipeline, int Episodes, string Policy, IReadOnlyList<string> Baselines, double? FramesDropped, TimeSpan DelayJitter,
    CameraFaultOptions? Faults);
