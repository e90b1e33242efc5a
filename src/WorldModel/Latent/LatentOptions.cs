using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Inference.Latent;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.BeliefEnsembles;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// A task's section <c>latent:</c>: how a controller is learned that plans in the belief (PlaNet, Hafner et al. 2019, algorithm 1).
/// Immutable; thread-safe.
/// </summary>
public sealed record LatentOptions : IValidatable
{
    /// <summary>S, episodes of smooth random actions to begin with, 1 to 100,000; null for those of the section <c>estimator:</c>. Default: null.</summary>
    [Range(1, 100_000)]
    public int? SeedEpisodes { get; init; }

    /// <summary>Gradient steps on them before the first planned episode, 1 to 10,000,000; null for those of the section <c>estimator:</c>. Default: null.</summary>
    [Range(1, 10_000_000)]
    public int? SeedUpdates { get; init; }

    /// <summary>Episodes under the planner, 0 to 100,000. Default: 100.</summary>
    [Range(0, 100_000)]
    public int Episodes { get; init; } = 100;

    /// <summary>C, gradient steps after each planned episode, 0 to 100,000. Default: 60.</summary>
    [Range(0, 100_000)]
    public int UpdatesPerEpisode { get; init; } = 60;

    /// <summary>σ of the Gaussian noise on actions while collecting, actions in [−1, 1]; 0 to 2. Default: 0.3, as Hafner et al. 2019.</summary>
    [Range(0, 2)]
    public double ExplorationDeviation { get; init; } = 0.3;

    /// <summary>How the planner searches while collecting. Default: as it does otherwise.</summary>
    public CollectingOptions Collecting { get; init; } = new();

    /// <summary>Share of a batch's sequences that come from planned episodes once there are some, 0 to 1; null draws from all alike. Default: null.</summary>
    [Range(0, 1)]
    public double? PlannedShare { get; init; }

    /// <summary>Evaluation without noise after every so many planned episodes, and at the end, 1 to 100,000. Default: 20.</summary>
    [Range(1, 100_000)]
    public int EvaluateEvery { get; init; } = 20;

    /// <summary>Episodes of an evaluation, 1 to 100,000. Default: 10.</summary>
    [Range(1, 100_000)]
    public int EvaluationEpisodes { get; init; } = 10;

    /// <summary>σ of the likelihood of a reward in place of that of the model's preset, above 0, up to 1000; null leaves it. Default: null.</summary>
    [Range(1e-4, 1000)]
    public double? RewardDeviation { get; init; }

    /// <summary>What imagines the futures that the planner compares. Default: the filter's own prior.</summary>
    public LatentDynamics Dynamics { get; init; }

    /// <summary>Whether a value is learned in imagination, with which rollouts end. Default: false.</summary>
    public bool Value { get; init; }

    /// <summary>What an actor is for that is learned in imagination. Default: there is none.</summary>
    public LatentActorUse Actor { get; init; }

    /// <summary>The ensemble of <see cref="LatentDynamics.Ensemble"/>.</summary>
    public BeliefEnsembleOptions Ensemble { get; init; } = new();

    /// <summary>How that ensemble is rolled out.</summary>
    public BeliefRolloutSettings Rollout { get; init; } = new();

    /// <summary>How value and actor are learned.</summary>
    public ActorCriticOptions Imagination { get; init; } = new();

    /// <summary>
    /// Gradient steps of ensemble, value and actor for each of the foresight's, on the same beliefs, 0 to 100; without a foresight they
    /// learn with the filter. Default: 1.
    /// </summary>
    [Range(0, 100)]
    public double ImaginationShare { get; init; } = 1;

    /// <summary>
    /// Gradient steps that ensemble, value and actor have taken in all when learning ends; what is missing is then taken on the beliefs of
    /// the finished filter, 0 to 10,000,000. Default: 0.
    /// </summary>
    [Range(0, 10_000_000)]
    public int ImaginationUpdates { get; init; }

    /// <summary>Which of what is learned the controller uses.</summary>
    public LatentUse Use => new(Dynamics, Value, Actor, Rollout);

    /// <summary>How the filter is trained on from the first planned episode; null as the section <c>estimator:</c> says. Default: null.</summary>
    public SequenceTrainingOptions? Training { get; init; }

    /// <summary>What learns to look ahead from the filter's beliefs after that.</summary>
    public ForesightOptions Foresight { get; init; } = new();

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
            throw new UserErrorException("Planning with 'foresights' needs several of them: give 'foresight: members' at least 2, and 'first_updates'.");
        if (Value && Imagination.Method != BehaviourMethod.Dreamer)
            throw new UserErrorException("Only the method 'dreamer' learns a value of beliefs: set 'value' to false, or 'imagination: method' to 'dreamer'.");
        if (Dynamics == LatentDynamics.Ensemble && Rollout.Particles % Ensemble.Members != 0)
            throw new UserErrorException($"{Rollout.Particles} particles cannot be shared out evenly among {Ensemble.Members} members; make 'particles' a multiple of 'members'.");
    }
}
