using Robotics.Runtime.Faults;

namespace Robotics.Learning.Evaluation;

/// <summary>How a pipeline is tried. Immutable.</summary>
/// <param name="Pipeline">A file, or a name in <c>config/pipelines</c>.</param>
/// <param name="Episodes">Episodes of each controller.</param>
/// <param name="Policy">Who acts, of <see cref="PipelinePolicies.Names"/>.</param>
/// <param name="Beside">Who acts on the same starts to be compared with.</param>
/// <param name="FramesDropped">Share of pictures that are lost, in place of the task's; or null.</param>
/// <param name="DelayJitter">Deviation of the pictures' delays.</param>
/// <param name="Gate">What happens to the camera; or null.</param>
internal sealed record PipelineTrial(
    string Pipeline, int Episodes, string Policy, IReadOnlyList<string> Beside, double? FramesDropped, TimeSpan DelayJitter, CameraFaultOptions? Gate);
