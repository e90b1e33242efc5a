using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>What was learned beside the filter, as the loop's engine takes it; null for what was not. Treat as immutable.</summary>
/// <param name="Ensemble">Dynamics and rewards.</param>
/// <param name="Value">What beliefs are worth.</param>
/// <param name="Actor">Who acts.</param>
public sealed record ImaginationWeights(BeliefEnsembleWeights? Ensemble = null, LatentValueWeights? Value = null, LatentActorWeights? Actor = null);
