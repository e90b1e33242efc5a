using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Inference.Latent;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.BeliefEnsembles;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// A task's section <c>latent:</c>: training of a controller that plans or acts on beliefs (PlaNet, Hafner et al. 2019, algorithm 1).
/// Immutable; thread-safe.
/// </summary>
public sealed record LatentOptions : IValidatable
{
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

    /// <summary>Dynamics that the planner uses. Default: <c>rssm</c>.</summary>
    public LatentDynamics Dynamics { get; init; }

    /// <summary>True to train a value in imagined rollouts and to add it at the end of the planner's rollouts. Default: false.</summary>
    public bool Value { get; init; }

    /// <summary>Use of an actor that is trained in imagined rollouts. Default: <c>none</c>.</summary>
    public LatentActorUse Actor { get; init; }

    /// <summary>Options of the belief ensemble of <see cref="LatentDynamics.Ensemble"/>.</summary>
    public BeliefEnsembleOptions Ensemble { get; init; } = new();

    /// <summary>Options of the rollouts of the belief ensemble.</summary>
    public BeliefRolloutSettings Rollout { get; init; } = new();

    /// <summary>Options of the training of value and actor.</summary>
    public BehaviourOptions Imagination { get; init; } = new();

    /// <summary>
    /// Gradient steps of belief ensemble, value and actor per gradient step of a round, 0 to 100; without rounds they are trained together
    /// with the filter. Default: 1.
    /// </summary>
    [Range(0, 100)]
    public double ImaginationShare { get; init; } = 1;

    /// <summary>
    /// Minimum gradient steps of belief ensemble, value and actor over the whole training, 0 to 10,000,000; missing ones follow the last
    /// round. Default: 0.
    /// </summary>
    [Range(0, 10_000_000)]
    public int ImaginationUpdates { get; init; }

    /// <summary>Models that the controller uses.</summary>
    public LatentUse Use => new(Dynamics, Value, Actor, Rollout);

    /// <summary>
    /// Options of the filter's training from the first planned episode on; null for those of the section <c>estimator:</c>. Default: null.
    /// </summary>
    public SequenceTrainingOptions? Training { get; init; }

    /// <summary>Options of the multi-step dynamics and of the rounds that train them.</summary>
    public MultiStepDynamicsOptions Foresight { get; init; } = new();

    /// <inheritdoc/>
    public void Validate()
    {
        Training?.Validate();
        Foresight.Validate();
        Collecting.Validate();
        OptionRange.Check(this);
        Ensemble.Validate();
        Rollout.Validate();
        Imagination.Validate();
        if (Dynamics == LatentDynamics.Foresights && (Foresight.Members < 2 || Foresight.FirstUpdates == 0))
        {
            throw new UserErrorException(
                "'dynamics: foresights' needs at least two members: set 'members' under 'foresight:' to 2 or more, and 'first_updates'.");
        }

        if (Value && Imagination.Method != BehaviourMethod.Dreamer)
        {
            throw new UserErrorException(
                "Only the method 'dreamer' trains a value of beliefs: set 'value' to false, or 'imagination: method' to 'dreamer'.");
        }

        if (Dynamics == LatentDynamics.Ensemble && Rollout.Particles % Ensemble.Members != 0)
        {
            throw new UserErrorException(
                $"{Rollout.Particles} particles cannot be divided evenly among {Ensemble.Members} members; "
                + "make 'particles' a multiple of 'members'.");
        }
    }
}
