using Robotics.Controller.Planning;
using Robotics.Inference.Formats;
using Robotics.WorldModel.Latent;

namespace Robotics.Benchmarks.Latent;

/// <summary>A problem of planning in the belief, of known size. Immutable.</summary>
/// <param name="Name">The preset's name.</param>
/// <param name="Layout">Input layout of the filter.</param>
/// <param name="Model">The filter's sizes.</param>
/// <param name="Latent">Options of the latent models.</param>
/// <param name="Planner">Options of the planner.</param>
internal sealed record LatentPreset(
    string Name, SequenceLayout Layout, SequenceModelOptions Model, LatentOptions Latent, PlannerOptions Planner)
{
    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static readonly string[] Names = ["camera-reach"];

    /// <summary>
    /// Creates a preset. <c>camera-reach</c>: a belief of 128 + 16, seven actions, five members of 2 × 200 with five particles, and iCEM
    /// with 34 + 28 + 22 new sequences, four kept elites in each of three iterations and the mean in the last: 97 of 12 steps.
    /// </summary>
    public static LatentPreset Create(string name)
    {
        var joints = Enumerable.Range(1, 7).Select(i => $"q.joint{i}").ToArray();
        var layout = new SequenceLayout([new SequenceModality("joints", joints, null)], joints.Length, 0.05);
        var latent = new LatentOptions { Algorithm = LatentAlgorithm.BeliefEnsemble, Value = true, Actor = ProposingActor.Dreamer };
        var planner = new PlannerOptions
        {
            Kind = PlannerKind.Icem,
            Population = 34,
            Elites = 11,
            KeptElites = 0.3,
            PopulationDecay = 1.25,
            Iterations = 3,
            Horizon = 12,
        };
        return new(name, layout, SequenceModelOptions.Small, latent, planner);
    }
}
