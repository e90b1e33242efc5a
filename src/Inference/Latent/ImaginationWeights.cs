using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>
/// Models trained with the filter, in the format of the inference engine; null for those that were not. Treat as immutable.
/// </summary>
/// <param name="Ensemble">Dynamics and rewards.</param>
/// <param name="Value">Value function of beliefs.</param>
/// <param name="Actor">Actor.</param>
public sealed record ImaginationWeights(
    BeliefEnsembleWeights? Ensemble = null, LatentValueWeights? Value = null, LatentActorWeights? Actor = null);
