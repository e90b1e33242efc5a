using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>Weights of the models that are trained on a filter's beliefs; null for those that are not. Treat as immutable.</summary>
/// <param name="Ensemble">Dynamics and rewards of a belief ensemble.</param>
/// <param name="Value">Value of a belief.</param>
/// <param name="Actor">Policy on beliefs.</param>
public sealed record LatentWeights(
    BeliefEnsembleWeights? Ensemble = null, LatentValueWeights? Value = null, LatentActorWeights? Actor = null);
