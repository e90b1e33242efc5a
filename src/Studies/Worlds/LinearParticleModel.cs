using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Worlds;

/// <summary>A linear-Gaussian model as particles see it, to hold the particle filter to the exact answer. Used by one thread.</summary>
public sealed class LinearParticleModel : IParticleModel
{
    private readonly LinearGaussianModel _model;
    private readonly DenseMatrix _transition;
    private readonly DenseMatrix _control;
    private readonly Cholesky _initial;
    private readonly Cholesky _process;
    private readonly IReadOnlyList<Cholesky> _sensors;
    private readonly int _widest;

    /// <summary>Makes the model for steps of one length.</summary>
    public LinearParticleModel(LinearGaussianModel model, double periodSeconds = 1)
    {
        var n = model.Motion.StateDimension;
        var noise = new DenseMatrix(n, n);
        (_model, _transition, _control) = (model, new DenseMatrix(n, n), new DenseMatrix(n, model.Motion.ControlDimension));
        model.Motion.Fill(periodSeconds, _transition, _control, noise);
        (_initial, _process) = (Cholesky.From(model.InitialCovariance), Cholesky.From(noise));
        _sensors = [.. model.Sensors.Select(s => Cholesky.From(s.Noise))];
        _widest = model.Sensors.Max(s => s.Noise.Rows);
    }

    /// <inheritdoc/>
    public int StateDimension => _model.Motion.StateDimension;

    /// <inheritdoc/>
    public void SampleInitial(Span<double> state, ref RandomStream random)
    {
        _model.InitialMean.CopyTo(state);
        AddNoise(state, _initial, ref random);
    }

    /// <inheritdoc/>
    public void Propagate(Span<double> state, LinearStep step, ref RandomStream random)
    {
        Span<double> next = stackalloc double[state.Length];
        _transition.Apply(state, next);
        for (var i = 0; i < next.Length; i++)
        {
            for (var j = 0; j < _control.Columns && step.Control is not null; j++)
                next[i] += _control[i, j] * step.Control[j];
        }

        AddNoise(next, _process, ref random);
        next.CopyTo(state);
    }

    /// <inheritdoc/>
    public double LogLikelihood(ReadOnlySpan<double> state, LinearStep step)
    {
        var sum = 0.0;
        Span<double> scratch = stackalloc double[_widest];
        for (var s = 0; s < _sensors.Count; s++)
        {
            if (step.Readings[s] is not { } reading)
                continue;
            var residual = scratch[..reading.Length];
            _model.Sensors[s].Observation.Apply(state, residual);
            for (var i = 0; i < reading.Length; i++)
                residual[i] = reading[i] - residual[i];
            _sensors[s].SolveLower(residual);
            sum -= 0.5 * (_sensors[s].LogDeterminant + (reading.Length * Math.Log(2 * Math.PI)));
            foreach (var w in residual)
                sum -= 0.5 * w * w;
        }

        return sum;
    }

    private static void AddNoise(Span<double> state, Cholesky factor, ref RandomStream random)
    {
        for (var c = 0; c < state.Length; c++)
        {
            var noise = random.NextGaussian();
            for (var r = c; r < state.Length; r++)
                state[r] += factor.Factor[r, c] * noise;
        }
    }
}
