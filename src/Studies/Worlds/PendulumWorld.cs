using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Worlds;

/// <summary>
/// A damped pendulum with process noise; only the horizontal position of its bob is measured, sin θ with noise, so that the sign of
/// the cosine and the speed have to be inferred. State (θ, ω). The motion is a semi-implicit step of length h with noise on both, so
/// that a density exists: with v = ω − h (g/l sin θ + c ω), θ′ = θ + h v + ε₁ and ω′ = v + ε₂. Immutable.
/// </summary>
public sealed class PendulumWorld : IParticleModel
{
    /// <summary>g/l, 1/s².</summary>
    public const double Stiffness = 9.81;

    /// <summary>Damping, 1/s.</summary>
    public const double Damping = 0.1;

    /// <summary>Standard deviation of θ's own noise in one step, rad.</summary>
    public const double AngleNoise = 0.05;

    /// <summary>Standard deviation of ω's noise in one step, rad/s.</summary>
    public const double SpeedNoise = 0.5;

    /// <summary>Standard deviation of the sensor.</summary>
    public const double SensorNoise = 0.3;

    /// <summary>Standard deviation of θ at the start, rad.</summary>
    public const double InitialAngle = 0.8;

    /// <summary>Standard deviation of ω at the start, rad/s.</summary>
    public const double InitialSpeed = 1.5;

    /// <summary>Time between steps, s.</summary>
    public const double PeriodSeconds = 0.1;

    /// <inheritdoc/>
    public int StateDimension => 2;

    /// <summary>Samples a sequence.</summary>
    public RecordedSequence Sample(int steps, RandomKey key)
    {
        var random = key.OpenStream();
        var state = new double[2];
        SampleInitial(state, ref random);
        var (states, records) = (new List<double[]>(), new List<LinearStep>());
        for (var t = 0; t < steps; t++)
        {
            var empty = new LinearStep(PeriodSeconds, null, []);
            if (t > 0)
                Propagate(state, empty, ref random);
            states.Add([.. state]);
            records.Add(empty with { Readings = [[Math.Sin(state[0]) + (SensorNoise * random.NextGaussian())]] });
        }

        return new RecordedSequence(states, records);
    }

    /// <inheritdoc/>
    public void SampleInitial(Span<double> state, ref RandomStream random)
    {
        state[0] = InitialAngle * random.NextGaussian();
        state[1] = InitialSpeed * random.NextGaussian();
    }

    /// <inheritdoc/>
    public void Propagate(Span<double> state, LinearStep step, ref RandomStream random)
    {
        var speed = state[1] + (PeriodSeconds * ((-Stiffness * Math.Sin(state[0])) - (Damping * state[1])));
        state[0] += (PeriodSeconds * speed) + (AngleNoise * random.NextGaussian());
        state[1] = speed + (SpeedNoise * random.NextGaussian());
    }

    /// <inheritdoc/>
    public double LogLikelihood(ReadOnlySpan<double> state, LinearStep step)
    {
        if (step.Readings[0] is not { } reading)
            return 0;
        var z = (reading[0] - Math.Sin(state[0])) / SensorNoise;
        return -0.5 * ((z * z) + Math.Log(2 * Math.PI * SensorNoise * SensorNoise));
    }
}
