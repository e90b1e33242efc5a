namespace Robotics.Inference.Weights;

/// <summary>Decoder of a vector modality: two layers on (h, s), in the units of (x − Mean) / Deviation. Treat as immutable.</summary>
/// <param name="Mean">[dimension].</param>
/// <param name="Std">[dimension], positive.</param>
/// <param name="Net">From features to [dimension].</param>
public sealed record VectorDecoderWeights(float[] Mean, float[] Std, HeadWeights Net);

/// <summary>
/// Weights of a refinement of a state-space model's posterior by its prediction errors, with the decoders run forward only (Marino,
/// Yue and Mandt 2018; Marino, Cvitkovic and Yue 2018), in the neutral form that any trainer can fill. Treat as immutable.
/// </summary>
public sealed record RefinementWeights
{
    /// <summary>The logarithm of a refined posterior's std is kept within ± this.</summary>
    public const float DefaultLogStdRange = 5;

    /// <summary>Added to the raw gate of an update, so that fresh networks change little.</summary>
    public const float DefaultGateOffset = 1;

    /// <summary>Number of posterior updates.</summary>
    public required int Iterations { get; init; }

    /// <summary>True to begin at the product of prior and experts; otherwise at the prior, without the experts.</summary>
    public required bool StartsFromExperts { get; init; }

    /// <summary>σ_x of the vectors, in standard units.</summary>
    public required float Std { get; init; }

    /// <summary>ln σ stays within ± this.</summary>
    public required float LogStdRange { get; init; }

    /// <summary>Bias added to the raw gates before the sigmoid.</summary>
    public required float GateOffset { get; init; }

    /// <summary>
    /// From asinh((x − x̂)/σ_x²) of all vectors, asinh((μ_q − μ_p)/σ_p²), μ, ln σ, h and, for each modality, 1 when it is present
    /// and 0 otherwise; to gates of μ and ln σ, and steps of μ (in units of σ) and ln σ.
    /// </summary>
    public required HeadWeights Network { get; init; }

    /// <summary>[modality], null for cameras.</summary>
    public required IReadOnlyList<VectorDecoderWeights?> Decoders { get; init; }
}
