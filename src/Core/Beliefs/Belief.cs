namespace Robotics.Core;

/// <summary>
/// What is believed of the world at one moment: a vector with, if the estimator has it, a spread. Filled in place; not
/// thread-safe; does not allocate after construction.
/// </summary>
public sealed class Belief(int dimension)
{
    /// <summary>[dimension], in the estimator's own coordinates; with the state observed directly, the observation.</summary>
    public float[] Mean { get; } = new float[dimension];

    /// <summary>[dimension], standard deviations; zero where the estimator is certain.</summary>
    public float[] StandardDeviation { get; } = new float[dimension];

    /// <summary>The moment that the belief is about.</summary>
    public MonotonicTime At { get; set; }

    /// <summary>Copies everything from another belief of the same dimension.</summary>
    public void CopyFrom(Belief other)
    {
        other.Mean.CopyTo(Mean, 0);
        other.StandardDeviation.CopyTo(StandardDeviation, 0);
        At = other.At;
    }
}

/// <summary>
/// A filter, carry in and carry out: it keeps no state between calls, so a late datum can be replayed. Used by one thread at
/// a time; does not allocate; safe on the tick path. <c>belief</c> and <c>into</c> may be the same object.
/// </summary>
public interface IStateEstimator
{
    /// <summary>Numbers in a belief.</summary>
    int BeliefDimension { get; }

    /// <summary>The belief before anything was observed.</summary>
    void Reset(Belief into);

    /// <summary>Carries a belief over one control period under an action in [−1, 1].</summary>
    void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into);

    /// <summary>Corrects a belief by an observation of the same moment.</summary>
    void Correct(Belief belief, ReadOnlySpan<float> observation, Belief into);
}
