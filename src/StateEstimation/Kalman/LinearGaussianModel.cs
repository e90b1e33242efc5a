using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>Linear motion of a state: x′ = F x + B u + w, w ~ N(0, Q). Immutable; <see cref="Fill"/> is safe on the tick path.</summary>
public interface IMotionModel
{
    /// <summary>n, the state dimension.</summary>
    int StateDimension { get; }

    /// <summary>m, the control dimension.</summary>
    int ControlDimension { get; }

    /// <summary>Writes F [n × n], B [n × m] and Q [n × n] for one period.</summary>
    void Fill(double periodSeconds, DenseMatrix transition, DenseMatrix control, DenseMatrix noise);
}

/// <summary>A motion in discrete time: the same matrices for every period, whatever its length. Immutable.</summary>
/// <param name="Transition">F, [n × n].</param>
/// <param name="Control">B, [n × m].</param>
/// <param name="Noise">Q, [n × n].</param>
public sealed record DiscreteMotion(DenseMatrix Transition, DenseMatrix Control, DenseMatrix Noise) : IMotionModel
{
    /// <inheritdoc/>
    public int StateDimension => Transition.Rows;

    /// <inheritdoc/>
    public int ControlDimension => Control.Columns;

    /// <inheritdoc/>
    public void Fill(double periodSeconds, DenseMatrix transition, DenseMatrix control, DenseMatrix noise)
    {
        Transition.Data.CopyTo(transition.Data, 0);
        Control.Data.CopyTo(control.Data, 0);
        Noise.Data.CopyTo(noise.Data, 0);
    }
}

/// <summary>A linear sensor: y = H(a) x + v, v ~ N(0, R), where a is the reading's age. Immutable.</summary>
/// <param name="Name">The modality's name.</param>
/// <param name="Observation">H(0), [p × n].</param>
/// <param name="Noise">R, [p × p].</param>
/// <param name="ByAge">H₁, H₂, … [p × n], so that H(a) = H(0) + a H₁ + a² H₂ + …; empty when age does not matter.</param>
public sealed record LinearSensor(string Name, DenseMatrix Observation, DenseMatrix Noise, params IReadOnlyList<DenseMatrix> ByAge);

/// <summary>A linear-Gaussian state space model. Immutable.</summary>
public sealed record LinearGaussianModel
{
    /// <summary>Motion of the state.</summary>
    public required IMotionModel Motion { get; init; }

    /// <summary>Sensors; their noises are independent of one another.</summary>
    public required IReadOnlyList<LinearSensor> Sensors { get; init; }

    /// <summary>[n], mean of the state at the first moment, before it is observed.</summary>
    public required double[] InitialMean { get; init; }

    /// <summary>[n × n], covariance of the same.</summary>
    public required DenseMatrix InitialCovariance { get; init; }
}

/// <summary>A Gaussian. Allocated once, filled in place; not thread-safe.</summary>
/// <param name="Mean">[n].</param>
/// <param name="Covariance">[n × n].</param>
public sealed record GaussianState(double[] Mean, DenseMatrix Covariance)
{
    /// <summary>A standard Gaussian's frame with zeros, to be filled.</summary>
    public GaussianState(int dimension)
        : this(new double[dimension], new DenseMatrix(dimension, dimension))
    {
    }

    /// <summary>A copy. Allocates.</summary>
    public GaussianState Copy() => new([.. Mean], Covariance.Clone());
}
