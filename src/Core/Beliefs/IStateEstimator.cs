namespace Robotics.Core.Beliefs;

/// <summary>
/// A filter, carry in and carry out: everything it remembers is in the belief, so that a late datum can be applied where it
/// belongs and replayed. The same inputs give the same belief, bit for bit. Used by one thread at a time; does not allocate,
/// does not throw; safe on the tick path. <c>belief</c> and <c>into</c> may be the same object.
/// </summary>
public interface IStateEstimator
{
    /// <summary>Belief dimension.</summary>
    int BeliefDimension { get; }

    /// <summary>Input modalities, in the order of <see cref="ObservationFrame.Readings"/>.</summary>
    IReadOnlyList<ModalitySpec> Modalities { get; }

    /// <summary>Creates a belief that this estimator can fill. For set-up: allocates.</summary>
    Belief CreateBelief() => new(BeliefDimension);

    /// <summary>The belief before anything was observed; leaves <see cref="Belief.At"/> alone.</summary>
    void Reset(Belief into);

    /// <summary>Carries a belief over one control period under an action in [−1, 1]; moves <see cref="Belief.At"/> on by as much.</summary>
    void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into);

    /// <summary>
    /// Turns new raw values into embeddings, once for each reading however often it is replayed. Estimators that correct by the raw
    /// values leave this out.
    /// </summary>
    void Embed(ModalityReading reading, int modality)
    {
    }

    /// <summary>
    /// Corrects a belief by what arrived for its moment. A reading that is not new contributes nothing; with none new the belief
    /// stays as predicted. New readings must have been embedded before.
    /// </summary>
    void Correct(Belief belief, ObservationFrame observation, Belief into);
}
