using Robotics.Core.Errors;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Formats;
using Robotics.Inference.Rssm;

namespace Robotics.Inference.Latent;

/// <summary>
/// A filter and the models learned with it, compiled for the control loop: without libtorch, without allocation. The evaluator has
/// one caller at a time.
/// </summary>
/// <param name="Layout">Inputs of the filter.</param>
/// <param name="Model">The filter's networks; thread-safe.</param>
/// <param name="Evaluator">Scores action sequences from the filter's beliefs.</param>
public sealed record CompiledLatent(SequenceLayout Layout, CompiledRssm Model, ITrajectoryEvaluator Evaluator)
{
    /// <summary>Multi-step dynamics that a model's folder may hold.</summary>
    private const int MaximumMembers = 64;

    /// <summary>Refinement of the filter's posteriors; null for none.</summary>
    public CompiledRefinement? Refinement { get; init; }

    /// <summary>Dynamics that the planner uses: the filter's, or the first multi-step dynamics; thread-safe.</summary>
    public CompiledRssm Ahead { get; init; } = Model;

    /// <summary>Weights of belief ensemble, value and actor.</summary>
    public LatentWeights Imagination { get; init; } = new();

    /// <summary>Models that the controller uses.</summary>
    public LatentUse Use { get; init; } = LatentUse.Default;

    /// <summary>Compiles the model that training saved in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">Threads that compute rollouts.</param>
    /// <param name="use">Models to use; null for those it was trained for.</param>
    /// <exception cref="UserErrorException">
    /// A file is missing, damaged, newer than this program or something else; or its kind cannot filter; or it lacks what is to be used.
    /// </exception>
    public static CompiledLatent Load(string folder, WorkerPool workers, LatentUse? use = null)
    {
        var model = RssmCompiler.Load(folder);
        var (weights, meant) = ReadImagination(folder);
        use ??= meant;
        var ahead = MemberFolders(folder).Select(RssmCompiler.Load).ToList();
        if (Missing(weights, ahead.Count, use) is { } part)
        {
            throw new UserErrorException(
                $"The model in '{folder}' was trained without the {part} that is to be used: "
                + "train it with the setting under 'latent:', or do without.");
        }

        return Assemble(SequenceModelFile.ReadLayout(folder), model, ahead.Count > 0 ? ahead : [model], weights, use, workers) with
        {
            Refinement = RefinementFile.Exists(folder) ? RefinementCompiler.Load(folder, model) : null,
        };
    }

    /// <summary>Models that the controller is to use, as stored by the training.</summary>
    /// <exception cref="UserErrorException">A file is damaged, newer than this program or something else.</exception>
    public static LatentUse UseOf(string folder) => ReadImagination(folder).Use;

    /// <summary>
    /// First part of <paramref name="use"/> that the model in a folder was trained without: <c>ensemble</c>, <c>foresights</c>,
    /// <c>value</c> or <c>actor</c>; null for none.
    /// </summary>
    /// <exception cref="UserErrorException">A file is damaged, newer than this program or something else.</exception>
    public static string? Lacks(string folder, LatentUse use) =>
        Missing(ReadImagination(folder).Weights, MemberFolders(folder).Count(), use);

    private static (LatentWeights Weights, LatentUse Use) ReadImagination(string folder) =>
        LatentWeightsFile.Exists(folder) ? LatentWeightsFile.Read(folder) : (new LatentWeights(), LatentUse.Default);

    private static IEnumerable<string> MemberFolders(string folder) =>
        Enumerable.Range(0, MaximumMembers).Select(i => MemberFolder(folder, i)).TakeWhile(SequenceModelFile.Exists);

    private static string? Missing(LatentWeights weights, int members, LatentUse use) =>
        use.Dynamics == LatentDynamics.Ensemble && weights.Ensemble is null ? "ensemble"
        : use.Dynamics == LatentDynamics.Foresights && members < 2 ? "foresights"
        : use.Value && weights.Value is null ? "value"
        : use.Actor != LatentActorUse.None && weights.Actor is null ? "actor"
        : null;

    /// <summary>Puts the parts together.</summary>
    public static CompiledLatent Assemble(
        SequenceLayout layout, CompiledRssm model, IReadOnlyList<CompiledRssm> ahead, LatentWeights weights, LatentUse use,
        WorkerPool workers)
    {
        var value = use.Value ? weights.Value : null;
        ITrajectoryEvaluator evaluator = use.Dynamics switch
        {
            LatentDynamics.Ensemble => new BeliefEnsembleEvaluator(weights.Ensemble!, use.Rollout.ToOptions(workers, value)),
            LatentDynamics.Foresights => new RssmEnsembleEvaluator(ahead, workers, BeliefRolloutSettings.MaximumPopulation, value),
            _ => new RssmTrajectoryEvaluator(ahead[0], workers, value),
        };
        return new CompiledLatent(layout, model, evaluator) { Ahead = ahead[0], Imagination = weights, Use = use };
    }

    /// <summary>The folder of multi-step dynamics within a model's folder: <c>foresight</c>, <c>foresight-1</c> and so on.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="index">The member, from 0.</param>
    public static string MemberFolder(string folder, int index) => Path.Combine(folder, index == 0 ? "foresight" : $"foresight-{index}");
}
