using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Inference.Latent;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.BeliefEnsembles;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// A task's section <c>latent:</c>: training of a controller that plans or acts on beliefs. All algorithms collect planned episodes as
/// PlaNet does (Hafner et al. 2019, algorithm 1). Immutable; thread-safe.
/// </summary>
public sealed record LatentOptions : IValidatable, IConditionalOptions
{
    private const string DynamicsInRounds =
        "multi-step dynamics are trained in rounds: add 'schedule: rounds' and a section 'rounds', or choose another 'algorithm'.";

    /// <summary>Algorithm. Default: <c>planet</c>.</summary>
    public LatentAlgorithm Algorithm { get; init; }

    /// <summary>
    /// Order of training: <c>joint</c>, all models with the filter, or <c>rounds</c>, the others after it on its beliefs. Default:
    /// <c>joint</c>.
    /// </summary>
    public LatentSchedule Schedule { get; init; }

    /// <summary>Options of the rounds of the schedule <c>rounds</c>.</summary>
    public RoundsOptions Rounds { get; init; } = new();

    /// <summary>
    /// S, seed episodes of smooth random actions, 1 to 100,000; null for those of the section <c>estimator:</c>. Default: null.
    /// </summary>
    [Range(1, 100_000)]
    public int? SeedEpisodes { get; init; }

    /// <summary>
    /// Gradient steps on the seed episodes, 1 to 10,000,000; null for those of the section <c>estimator:</c>. Default: null.
    /// </summary>
    [Range(1, 10_000_000)]
    public int? SeedUpdates { get; init; }

    /// <summary>Planned episodes, 0 to 100,000. Default: 100.</summary>
    [Range(0, 100_000)]
    public int Episodes { get; init; } = 100;

    /// <summary>C, gradient steps after each planned episode, 0 to 100,000. Default: 60.</summary>
    [Range(0, 100_000)]
    public int UpdatesPerEpisode { get; init; } = 60;

    /// <summary>Std of the exploration noise on actions in [−1, 1], 0 to 2. Default: 0.3, as Hafner et al. 2019.</summary>
    [Range(0, 2)]
    public double ExplorationDeviation { get; init; } = 0.3;

    /// <summary>Options of the planner that differ while collecting. Default: none.</summary>
    public CollectingOptions Collecting { get; init; } = new();

    /// <summary>Share of a batch's sequences taken from planned episodes, 0 to 1; null samples all episodes alike. Default: null.</summary>
    [Range(0, 1)]
    public double? PlannedShare { get; init; }

    /// <summary>Planned episodes between two evaluations without noise, 1 to 100,000. Default: 20.</summary>
    [Range(1, 100_000)]
    public int EvaluateEvery { get; init; } = 20;

    /// <summary>Episodes of an evaluation, 1 to 100,000. Default: 10.</summary>
    [Range(1, 100_000)]
    public int EvaluationEpisodes { get; init; } = 10;

    /// <summary>Std of the reward likelihood, above 0, up to 1000; null for that of the model's preset. Default: null.</summary>
    [Range(1e-4, 1000)]
    public double? RewardDeviation { get; init; }

    /// <summary>True to train a value in imagined rollouts and to add it at the end of the planner's rollouts. Default: false.</summary>
    public bool Value { get; init; }

    /// <summary>Actor that proposes sequences to the planner. Default: <c>none</c>.</summary>
    public ProposingActor Actor { get; init; }

    /// <summary>Options of the multi-step dynamics.</summary>
    public MultiStepDynamicsOptions MultiStepDynamics { get; init; } = new();

    /// <summary>Options of the ensemble of <see cref="LatentAlgorithm.BeliefEnsemble"/>.</summary>
    public BeliefEnsembleOptions BeliefEnsemble { get; init; } = new();

    /// <summary>Options of the rollouts of the belief ensemble.</summary>
    public BeliefRolloutSettings Rollout { get; init; } = new();

    /// <summary>Options of the training of value and actor.</summary>
    public BehaviourOptions Behaviour { get; init; } = new();

    /// <summary>
    /// Gradient steps of belief ensemble, value and actor per gradient step of a round, 0 to 100; in the schedule <c>joint</c> they are
    /// trained together with the filter. Default: 1.
    /// </summary>
    [Range(0, 100)]
    public double ImaginationShare { get; init; } = 1;

    /// <summary>
    /// Minimum gradient steps of belief ensemble, value and actor over the whole training, 0 to 10,000,000; missing ones follow the last
    /// round. Default: 0.
    /// </summary>
    [Range(0, 10_000_000)]
    public int ImaginationUpdates { get; init; }

    /// <summary>Models that the algorithm trains.</summary>
    public LatentModels Models => LatentModels.From(this);

    /// <summary>Models that the controller uses.</summary>
    public LatentUse Use => new(Models.Dynamics, Value, Models.Actor, Rollout);

    /// <summary>
    /// Options of the filter's training from the first planned episode on; null for those of the section <c>estimator:</c>. Default: null.
    /// </summary>
    public SequenceTrainingOptions? Training { get; init; }

    /// <inheritdoc/>
    public void Validate()
    {
        Training?.Validate();
        Rounds.Validate();
        MultiStepDynamics.Validate();
        Collecting.Validate();
        OptionRange.Check(this);
        BeliefEnsemble.Validate();
        Rollout.Validate();
        Behaviour.Validate();
        var models = Models;
        if (Algorithm is LatentAlgorithm.MultiStepDynamics or LatentAlgorithm.DynamicsEnsemble && Schedule != LatentSchedule.Rounds)
            throw new UserErrorException(DynamicsInRounds);
        if (models.Dynamics == LatentDynamics.Foresights && models.MultiStepMembers < 2)
        {
            throw new UserErrorException(
                "'algorithm: dynamics_ensemble' needs at least two members: set 'members' under 'multi_step_dynamics:' to 2 or more.");
        }

        if (Value && models.Behaviour != BehaviourMethod.Dreamer)
        {
            throw new UserErrorException(
                "only Dreamer trains a value of beliefs: set 'value' to false, or choose 'dreamer' as 'algorithm' or 'actor'.");
        }

        if (models.HasBeliefEnsemble && Rollout.Particles % BeliefEnsemble.Members != 0)
        {
            throw new UserErrorException(
                $"{Rollout.Particles} particles cannot be divided evenly among {BeliefEnsemble.Members} members; "
                + "make 'particles' a multiple of 'members'.");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<UnusedOption> FindUnused()
    {
        var models = Models;
        var isInRounds = Schedule == LatentSchedule.Rounds;
        var trainsOnBeliefs = models.HasMultiStepDynamics
            || ((models.HasBeliefEnsemble || models.HasBehaviour) && (isInRounds || ImaginationUpdates > 0));
        if (!isInRounds)
            yield return new(nameof(Rounds), "'schedule: joint' has no rounds; remove it, or write 'schedule: rounds'", nameof(Schedule));
        if (!trainsOnBeliefs)
        {
            yield return new(
                nameof(MultiStepDynamics), "nothing is trained on the beliefs of a fixed filter; remove it, or choose another 'algorithm' "
                + "and 'schedule: rounds'", nameof(Algorithm), nameof(Schedule), nameof(Actor), nameof(Value));
        }

        if (!models.HasBeliefEnsemble)
        {
            const string Reason = "only 'algorithm: belief_ensemble' has an ensemble over beliefs; remove it, or choose that algorithm";
            yield return new(nameof(BeliefEnsemble), Reason, nameof(Algorithm));
            yield return new(nameof(Rollout), Reason, nameof(Algorithm));
        }

        if (!models.HasBehaviour)
        {
            yield return new(
                nameof(Behaviour), "neither value nor actor is trained; remove it, or set 'value' or 'actor', or choose the 'algorithm' "
                + "dreamer, dyna or world_models", nameof(Algorithm), nameof(Value), nameof(Actor));
        }

        if (models.Actor == LatentActorUse.Policy)
        {
            yield return new(
                nameof(Actor), "the algorithm's own actor acts, and there is no planner to propose to; remove it, or choose an algorithm "
                + "that plans", nameof(Algorithm));
        }

        if (Algorithm is LatentAlgorithm.Planet or LatentAlgorithm.MultiStepDynamics or LatentAlgorithm.DynamicsEnsemble)
        {
            yield return new(
                $"{nameof(Rounds)}.{nameof(RoundsOptions.TrainMultiStepDynamics)}", "the algorithm settles it; remove it",
                nameof(Algorithm));
        }
    }
}
