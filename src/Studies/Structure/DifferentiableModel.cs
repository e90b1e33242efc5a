using Robotics.Core.Numerics;
using Robotics.StateEstimation.Kalman;
using Robotics.Studies.Worlds;
using static TorchSharp.torch;

namespace Robotics.Studies.Structure;

/// <summary>
/// A state space model with additive Gaussian noise whose density tensors can be differentiated through; its parameters are fixed.
/// Not thread-safe; dispose it.
/// </summary>
public abstract class DifferentiableModel : IDisposable
{
    private readonly Tensor _initialMean;
    private readonly (Tensor Whitener, double LogNormaliser) _initial;
    private readonly (Tensor Whitener, double LogNormaliser) _process;
    private readonly (Tensor Whitener, double LogNormaliser) _sensor;

    /// <summary>Keeps the noises.</summary>
    protected DifferentiableModel(double[] initialMean, DenseMatrix initial, DenseMatrix process, DenseMatrix sensor)
    {
        _initialMean = ToTensor([.. initialMean], initialMean.Length);
        (_initial, _process, _sensor) = (Whiten(initial), Whiten(process), Whiten(sensor));
        (StateDimension, ReadingDimension) = (initial.Rows, sensor.Rows);
    }

    /// <summary>n.</summary>
    public int StateDimension { get; }

    /// <summary>p.</summary>
    public int ReadingDimension { get; }

    /// <summary>E[x_t | x_{t−1}], [… × n].</summary>
    protected abstract Tensor TransitionMean(Tensor states);

    /// <summary>E[y_t | x_t], [… × p].</summary>
    protected abstract Tensor ObservationMean(Tensor states);

    /// <summary>ln p(x, y) in nats, [B].</summary>
    /// <param name="states">x, [T × B × n].</param>
    /// <param name="readings">y, [T × B × p].</param>
    public Tensor LogJoint(Tensor states, Tensor readings)
    {
        var steps = states.shape[0];
        return LogDensity(_initial, states[0] - _initialMean)
            + LogDensity(_process, states.narrow(0, 1, steps - 1) - TransitionMean(states.narrow(0, 0, steps - 1))).sum(-2)
            + LogDensity(_sensor, readings - ObservationMean(states)).sum(-2);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var tensor in new[] { _initialMean, _initial.Whitener, _process.Whitener, _sensor.Whitener })
            tensor.Dispose();
    }

    /// <summary>A tensor that outlives the scope it is made in.</summary>
    private protected static Tensor ToTensor(float[] values, params long[] shape) => tensor(values).reshape(shape).DetachFromDisposeScope();

    private protected static Tensor ToTensor(double[] values, params long[] shape) => ToTensor([.. values.Select(v => (float)v)], shape);

    private static Tensor LogDensity((Tensor Whitener, double LogNormaliser) noise, Tensor residual) =>
        (residual.matmul(noise.Whitener).square().sum(-1) * -0.5) - noise.LogNormaliser;

    /// <summary>L⁻ᵀ, so that a row times it is white.</summary>
    private static (Tensor Whitener, double LogNormaliser) Whiten(DenseMatrix covariance)
    {
        var factor = Cholesky.From(covariance);
        var n = covariance.Rows;
        var whitener = new DenseMatrix(n, n);
        for (var i = 0; i < n; i++)
        {
            var column = new double[n];
            column[i] = 1;
            factor.SolveLower(column);
            column.CopyTo(whitener.Data, i * n);
        }

        return (ToTensor(whitener.Data, n, n), 0.5 * (factor.LogDeterminant + (n * Math.Log(2 * Math.PI))));
    }
}

/// <summary>A linear-Gaussian model with one sensor, no control and steps of length 1.</summary>
public sealed class DifferentiableLinearModel : DifferentiableModel
{
    private readonly Tensor _transition;
    private readonly Tensor _observation;

    /// <summary>Takes over the matrices.</summary>
    public DifferentiableLinearModel(LinearGaussianModel model)
        : base(model.InitialMean, model.InitialCovariance, Matrices(model).Noise, model.Sensors[0].Noise)
    {
        var (n, p) = (model.Motion.StateDimension, model.Sensors[0].Observation.Rows);
        _transition = ToTensor(Matrices(model).Transition.Transposed().Data, n, n);
        _observation = ToTensor(model.Sensors[0].Observation.Transposed().Data, n, p);
    }

    /// <inheritdoc/>
    protected override Tensor TransitionMean(Tensor states) => states.matmul(_transition);

    /// <inheritdoc/>
    protected override Tensor ObservationMean(Tensor states) => states.matmul(_observation);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _transition.Dispose();
        _observation.Dispose();
    }

    private static (DenseMatrix Transition, DenseMatrix Noise) Matrices(LinearGaussianModel model)
    {
        var n = model.Motion.StateDimension;
        var (f, b, q) = (new DenseMatrix(n, n), new DenseMatrix(n, model.Motion.ControlDimension), new DenseMatrix(n, n));
        model.Motion.Fill(1, f, b, q);
        return (f, q);
    }
}

/// <summary>The pendulum of <see cref="PendulumWorld"/>.</summary>
public sealed class DifferentiablePendulum() : DifferentiableModel(
    [0, 0],
    DenseMatrix.Diagonal(PendulumWorld.InitialAngle * PendulumWorld.InitialAngle, PendulumWorld.InitialSpeed * PendulumWorld.InitialSpeed),
    DenseMatrix.Diagonal(PendulumWorld.AngleNoise * PendulumWorld.AngleNoise, PendulumWorld.SpeedNoise * PendulumWorld.SpeedNoise),
    DenseMatrix.Diagonal(PendulumWorld.SensorNoise * PendulumWorld.SensorNoise))
{
    /// <inheritdoc/>
    protected override Tensor TransitionMean(Tensor states)
    {
        var (angle, speed) = (states.narrow(-1, 0, 1), states.narrow(-1, 1, 1));
        var next = speed - (((angle.sin() * PendulumWorld.Stiffness) + (speed * PendulumWorld.Damping)) * PendulumWorld.PeriodSeconds);
        return cat([angle + (next * PendulumWorld.PeriodSeconds), next], -1);
    }

    /// <inheritdoc/>
    protected override Tensor ObservationMean(Tensor states) => states.narrow(-1, 0, 1).sin();
}
