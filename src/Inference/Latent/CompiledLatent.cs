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
/// <param name="Layout">Input layout of the filter.</param>
/// <param name="Model">The filter's networks; thread-safe.</param>
/// <param name="Evaluator">Scores action sequences from the filter's beliefs.</param>
public sealed record CompiledLatent(SequenceLayout Layout, CompiledRssm Model, ITrajectoryEvaluator Evaluator)
{
    /// <summary>The folder, within a model's folder, of dynamics that were trained separately from the filter.</summary>
    public const string ForesightFolder = "foresight";

    /// <summary>Refinement of the filter's posteriors; null for none.</summary>
    public CompiledRefinement? Refinement { get; init; }

    /// <summary>Dynamics for planning: the filter's own networks, or multi-step dynamics; thread-safe.</summary>
    public CompiledRssm Ahead { get; init; } = Model;

    /// <summary>Models that were trained with the filter.</summary>
    public ImaginationWeights Imagination { get; init; } = new();

    /// <summary>Models that the controller uses.</summary>
    public LatentUse Use { get; init; } = LatentUse.Default;

    /// <summary>Compiles the trained model of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">Thread pool for rollouts.</param>
    /// <param name="use">Models to use; null for those that it was trained for.</param>
    /// <exception cref="UserErrorException">
    /// A file is missing, damaged, too new or of another kind; its model cannot filter; or it lacks a model that is to be used.
    /// </exception>
    public static CompiledLatent Load(string folder, WorkerPool workers, LatentUse? use = null)
    {
        var model = RssmCompiler.Load(folder);
        var (weights, meant) = ReadImagination(folder);
        use ??= meant;
        var ahead = ForesightsOf(folder).Select(RssmCompiler.Load).ToList();
        if (Missing(weights, ahead.Count, use) is { } part)
            throw new UserErrorException($"The model in '{folder}' was trained without the {part} that is to be used: train it with the " +
                "setting under 'latent:', or do without.");
        return Assemble(SequenceModelFile.ReadLayout(folder), model, ahead.Count > 0 ? ahead : [model], weights, use, workers) with
        {
            Refinement = RefinementFile.Exists(folder) ? RefinementCompiler.Load(folder, model) : null,
        };
    }

    /// <summary>The use that the model in a folder was trained for.</summary>
    /// <exception cref="UserErrorException">A file is damaged, too new or of another kind.</exception>
    public static LatentUse UseOf(string folder) => ReadImagination(folder).Use;

    /// <summary>
    /// The first part of a use that the model in a folder lacks: <c>ensemble</c>, <c>foresights</c>, <c>value</c>, <c>actor</c>;
    /// null for none.
    /// </summary>
    /// <exception cref="UserErrorException">A file is damaged, too new or of another kind.</exception>
    public static string? Lacks(string folder, LatentUse use) =>
        Missing(ReadImagination(folder).Weights, ForesightsOf(folder).Count(), use);

    private static (ImaginationWeights Weights, LatentUse Use) ReadImagination(string folder) =>
        ImaginationFile.Exists(folder) ? ImaginationFile.Read(folder) : (new ImaginationWeights(), LatentUse.Default);

    private static IEnumerable<string> ForesightsOf(string folder) =>
        Enumerable.Range(-1, 65).Select(i => i < 0 ? Path.Combine(folder, ForesightFolder) : FurtherFolder(folder, i))
            .TakeWhile(SequenceModelFile.Exists);

    private static string? Missing(ImaginationWeights weights, int foresights, LatentUse use) =>
        use.Dynamics == LatentDynamics.Ensemble && weights.Ensemble is null ? "ensemble"
        : use.Dynamics == LatentDynamics.Foresights && foresights < 2 ? "foresights"
        : use.Value && weights.Value is null ? "value"
        : use.Actor != LatentActorUse.None && weights.Actor is null ? "actor"
        : null;

    /// <summary>Assembles the parts.</summary>
    public static CompiledLatent Assemble(SequenceLayout layout,
        CompiledRssm model, IReadOnlyList<CompiledRssm> ahead, ImaginationWeights weights, LatentUse use, WorkerPool workers)
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

    /// <summary>The folder of a further model within a model's folder, from 0.</summary>
    public static string FurtherFolder(string folder, int index) => Path.Combine(folder, $"{ForesightFolder}-{index + 1}");
}
