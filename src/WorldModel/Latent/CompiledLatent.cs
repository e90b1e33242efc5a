using Robotics.Core;
using Robotics.Inference;
using Robotics.StateEstimation;

namespace Robotics.WorldModel;

/// <summary>
/// What a <see cref="LatentLearner"/> learned, as the loop runs it: without libtorch, without allocation. The evaluator has one caller at
/// a time.
/// </summary>
/// <param name="Layout">What the filter takes in.</param>
/// <param name="Model">The filter's networks; thread-safe.</param>
/// <param name="Evaluator">Scores action sequences from the filter's beliefs.</param>
public sealed record CompiledLatent(SequenceLayout Layout, CompiledRssm Model, ITrajectoryEvaluator Evaluator)
{
    /// <summary>Makes a filter. For set-up: allocates.</summary>
    public IStateEstimator CreateEstimator() => new CompiledRssmEstimator(Model, Refinement);

    /// <summary>What improves the filter's posteriors; null for none.</summary>
    public CompiledRefinement? Refinement { get; init; }

    /// <summary>What looks ahead: the filter's own networks, or those of a foresight; thread-safe.</summary>
    public CompiledRssm Ahead { get; init; } = Model;

    /// <summary>What was learned beside the filter.</summary>
    public ImaginationWeights Imagination { get; init; } = new();

    /// <summary>What the controller uses of it.</summary>
    public LatentUse Use { get; init; } = new LatentOptions().Use;

    /// <summary>What proposes sequences to a planner, where an actor is for that; null otherwise. For set-up: allocates.</summary>
    /// <param name="count">Proposals at most.</param>
    public IActionPrior? CreatePrior(int count) =>
        Use.Actor == LatentActorUse.Prior && count > 0 ? new ActorPrior(Ahead, Imagination.Actor!, count) : null;

    /// <summary>The actor in a planner's place, where it is for that; null otherwise. For set-up: allocates.</summary>
    /// <param name="horizon">Steps of a plan.</param>
    public IPlanner? CreateActor(int horizon) =>
        Use.Actor == LatentActorUse.Policy ? new ActorPlanner(Ahead, Imagination.Actor!, horizon, Imagination.Value) : null;

    /// <summary>Compiles what a folder of <see cref="LatentLearner.Save"/> or <see cref="LatentLearner.SaveCompact"/> holds.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="workers">Who computes rollouts.</param>
    /// <param name="use">What to use of it; null for what it was trained for.</param>
    /// <exception cref="UserErrorException">
    /// A file is missing, damaged, newer than this program or something else; or its kind cannot filter; or it lacks what is to be used.
    /// </exception>
    public static CompiledLatent Load(string folder, WorkerPool workers, LatentUse? use = null)
    {
        var model = RssmCompiler.Load(folder);
        var (weights, meant) = ReadImagination(folder);
        use ??= meant;
        var ahead = ForesightsOf(folder).Select(RssmCompiler.Load).ToList();
        if (Missing(weights, ahead.Count, use) is { } part)
            throw new UserErrorException($"The model in '{folder}' was trained without the {part} that is to be used: train it with the setting under 'latent:', or do without.");
        return Assemble(SequenceCheckpoint.LayoutOf(folder), model, ahead.Count > 0 ? ahead : [model], weights, use, workers) with
        {
            Refinement = RefinementCheckpoint.Exists(folder) ? RefinementCompiler.Load(folder, model) : null,
        };
    }

    /// <summary>What the model in a folder was trained for.</summary>
    /// <exception cref="UserErrorException">A file is damaged, newer than this program or something else.</exception>
    public static LatentUse UseOf(string folder) => ReadImagination(folder).Use;

    /// <summary>Which part of a use the model in a folder was trained without: <c>ensemble</c>, <c>foresights</c>, <c>value</c>, <c>actor</c>; null for none.</summary>
    /// <exception cref="UserErrorException">A file is damaged, newer than this program or something else.</exception>
    public static string? Lacks(string folder, LatentUse use) => Missing(ReadImagination(folder).Weights, ForesightsOf(folder).Count(), use);

    private static (ImaginationWeights Weights, LatentUse Use) ReadImagination(string folder) =>
        ImaginationFile.Exists(folder) ? ImaginationFile.Read(folder) : (new ImaginationWeights(), new LatentOptions().Use);

    private static IEnumerable<string> ForesightsOf(string folder) =>
        Enumerable.Range(-1, 65).Select(i => i < 0 ? Path.Combine(folder, LatentLearner.ForesightFolder) : LatentLearner.FurtherFolder(folder, i)).TakeWhile(SequenceCheckpoint.Exists);

    private static string? Missing(ImaginationWeights weights, int foresights, LatentUse use) =>
        use.Dynamics == LatentDynamics.Ensemble && weights.Ensemble is null ? "ensemble"
        : use.Dynamics == LatentDynamics.Foresights && foresights < 2 ? "foresights"
        : use.Value && weights.Value is null ? "value"
        : use.Actor != LatentActorUse.None && weights.Actor is null ? "actor"
        : null;

    /// <summary>Puts the parts together.</summary>
    internal static CompiledLatent Assemble(SequenceLayout layout, CompiledRssm model, IReadOnlyList<CompiledRssm> ahead, ImaginationWeights weights, LatentUse use, WorkerPool workers)
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
}
