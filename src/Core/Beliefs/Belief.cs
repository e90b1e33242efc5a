using Robotics.Core.Time;

namespace Robotics.Core.Beliefs;

/// <summary>
/// Belief about the state of the world at one moment: a mean and, if the estimator has it, a std. Filled in place; not
/// thread-safe; does not allocate after construction. Make one by <see cref="IStateEstimator.CreateBelief"/>.
/// </summary>
/// <param name="dimension">Dimension of the mean and of the std.</param>
/// <param name="carryDimension">Dimension of the estimator's internal state.</param>
public sealed class Belief(int dimension, int carryDimension = 0)
{
    /// <summary>[dimension], in the estimator's own coordinates; with the state observed directly, the observation.</summary>
    public float[] Mean { get; } = new float[dimension];

    /// <summary>[dimension], standard deviations; zero where the estimator is certain.</summary>
    public float[] StandardDeviation { get; } = new float[dimension];

    /// <summary>
    /// [carryDimension], what else the estimator needs to go on from here, for example a full covariance: its own business.
    /// </summary>
    public double[] Carry { get; } = new double[carryDimension];

    /// <summary>The moment that the belief is about.</summary>
    public MonotonicTime At { get; set; }

    /// <summary>Copies everything from another belief of the same dimensions.</summary>
    public void CopyFrom(Belief other)
    {
        other.Mean.CopyTo(Mean, 0);
        other.StandardDeviation.CopyTo(StandardDeviation, 0);
        other.Carry.CopyTo(Carry, 0);
        At = other.At;
    }
}
