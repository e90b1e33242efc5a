using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Inference.Latent;
using Robotics.StateEstimation.Filters;

namespace Robotics.Runtime.Tasks;

/// <summary>Creates the parts of a control loop from a compiled latent model. For set-up: allocates. Thread-safe.</summary>
public static class LatentParts
{
    /// <summary>Creates the filter.</summary>
    public static IStateEstimator CreateEstimator(this CompiledLatent latent) => new CompiledRssmEstimator(latent.Model, latent.Refinement);

    /// <summary>Creates the prior that proposes action sequences to a planner, where an actor is used that way; null otherwise.</summary>
    /// <param name="latent">The model.</param>
    /// <param name="count">Maximum number of proposals.</param>
    public static IActionPrior? CreatePrior(this CompiledLatent latent, int count) =>
        latent.Use.Actor == LatentActorUse.Prior && count > 0 ? new ActorPrior(latent.Ahead, latent.Imagination.Actor!, count) : null;

    /// <summary>Creates the actor in a planner's place, where it is used that way; null otherwise.</summary>
    /// <param name="latent">The model.</param>
    /// <param name="horizon">Steps of a plan.</param>
    public static IPlanner? CreateActor(this CompiledLatent latent, int horizon) =>
        latent.Use.Actor == LatentActorUse.Policy
            ? new ActorPlanner(latent.Ahead, latent.Imagination.Actor!, horizon, latent.Imagination.Value)
            : null;
}
