using Robotics.Inference.Latent;
using Robotics.WorldModel.Behaviour;

namespace Robotics.WorldModel.Latent;

/// <summary>Models that an algorithm trains besides the filter, and those that its controller uses. Immutable.</summary>
/// <param name="Dynamics">Dynamics of the planner's rollouts.</param>
/// <param name="MultiStepMembers">Number of multi-step dynamics.</param>
/// <param name="Behaviour">Method that trains value and actor in imagination; null for neither.</param>
/// <param name="Actor">Role of the actor.</param>
public sealed record LatentModels(LatentDynamics Dynamics, int MultiStepMembers, BehaviourMethod? Behaviour, LatentActorUse Actor)
{
    /// <summary>True when an ensemble over beliefs is trained.</summary>
    public bool HasBeliefEnsemble => Dynamics == LatentDynamics.Ensemble;

    /// <summary>True when multi-step dynamics are trained.</summary>
    public bool HasMultiStepDynamics => MultiStepMembers > 0;

    /// <summary>True when a value or an actor is trained.</summary>
    public bool HasBehaviour => Behaviour is not null;

    /// <summary>The models of the algorithm that options name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such algorithm.</exception>
    public static LatentModels From(LatentOptions options)
    {
        var members = options.Schedule == LatentSchedule.Rounds ? options.MultiStepDynamics.Members : 0;
        var optional = options.Rounds.TrainMultiStepDynamics ? members : 0;
        return options.Algorithm switch
        {
            LatentAlgorithm.Planet => Planner(options, LatentDynamics.Rssm, 0),
            LatentAlgorithm.MultiStepDynamics => Planner(options, LatentDynamics.Rssm, members),
            LatentAlgorithm.DynamicsEnsemble => Planner(options, LatentDynamics.Foresights, members),
            LatentAlgorithm.BeliefEnsemble => Planner(options, LatentDynamics.Ensemble, optional),
            LatentAlgorithm.Dreamer => Policy(BehaviourMethod.Dreamer, optional),
            LatentAlgorithm.Dyna => Policy(BehaviourMethod.Dyna, optional),
            LatentAlgorithm.WorldModels => Policy(BehaviourMethod.WorldModels, optional),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Algorithm, "There is no such algorithm."),
        };
    }

    private static LatentModels Planner(LatentOptions options, LatentDynamics dynamics, int members)
    {
        var method = Method(options.Actor);
        var use = method is null ? LatentActorUse.None : LatentActorUse.Prior;
        return new LatentModels(dynamics, members, method ?? (options.Value ? BehaviourMethod.Dreamer : null), use);
    }

    private static LatentModels Policy(BehaviourMethod method, int members) =>
        new(LatentDynamics.Rssm, members, method, LatentActorUse.Policy);

    private static BehaviourMethod? Method(ProposingActor actor) => actor switch
    {
        ProposingActor.Dreamer => BehaviourMethod.Dreamer,
        ProposingActor.Dyna => BehaviourMethod.Dyna,
        ProposingActor.WorldModels => BehaviourMethod.WorldModels,
        _ => null,
    };
}
