using Robotics.Core.Randomness;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Worlds;

/// <summary>Model of a particle filter. Used by one thread.</summary>
public interface IParticleModel
{
    /// <summary>State dimension n.</summary>
    int StateDimension { get; }

    /// <summary>Samples an initial state.</summary>
    void SampleInitial(Span<double> state, ref RandomStream random);

    /// <summary>Propagates a state by one step, in place.</summary>
    void Propagate(Span<double> state, LinearStep step, ref RandomStream random);

    /// <summary>ln p(readings | state), in nats; 0 when nothing was read.</summary>
    double LogLikelihood(ReadOnlySpan<double> state, LinearStep step);
}

/// <summary>Result of a particle filter on a sequence. Immutable.</summary>
/// <param name="Means">Mean of the state given all readings so far, for each step.</param>
/// <param name="LogLikelihood">Estimate of ln p(readings), nats; its exponential is unbiased.</param>
public sealed record ParticleTrace(IReadOnlyList<double[]> Means, double LogLikelihood);

/// <summary>
/// The bootstrap filter (Gordon, Salmond and Smith 1993): propose from the model's motion, weight by the likelihood of the readings,
/// resample systematically whenever the effective sample size falls below half. The reference without an exact posterior. Offline.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="particles">Number of particles.</param>
public sealed class ParticleFilter(IParticleModel model, int particles)
{
    private readonly int _n = model.StateDimension;

    /// <summary>Filters a sequence.</summary>
    public ParticleTrace Run(IReadOnlyList<LinearStep> sequence, RandomKey key)
    {
        var random = key.OpenStream();
        var states = new double[particles * _n];
        var weights = new double[particles];
        Array.Fill(weights, 1.0 / particles);
        for (var i = 0; i < particles; i++)
            model.SampleInitial(states.AsSpan(i * _n, _n), ref random);
        var (means, logLikelihood) = (new List<double[]>(), 0.0);
        for (var t = 0; t < sequence.Count; t++)
        {
            for (var i = 0; i < particles && t > 0; i++)
                model.Propagate(states.AsSpan(i * _n, _n), sequence[t], ref random);
            logLikelihood += Weigh(states, weights, sequence[t]);
            means.Add(Mean(states, weights));
            if (1 / weights.Sum(w => w * w) < particles / 2.0)
                states = Resample(states, weights, ref random);
        }

        return new ParticleTrace(means, logLikelihood);
    }

    private double Weigh(double[] states, double[] weights, LinearStep step)
    {
        var logs = new double[particles];
        var largest = double.NegativeInfinity;
        for (var i = 0; i < particles; i++)
        {
            logs[i] = Math.Log(weights[i]) + model.LogLikelihood(states.AsSpan(i * _n, _n), step);
            largest = Math.Max(largest, logs[i]);
        }

        var sum = 0.0;
        for (var i = 0; i < particles; i++)
            sum += weights[i] = Math.Exp(logs[i] - largest);
        for (var i = 0; i < particles; i++)
            weights[i] /= sum;
        return largest + Math.Log(sum);
    }

    private double[] Mean(double[] states, double[] weights)
    {
        var mean = new double[_n];
        for (var i = 0; i < states.Length; i++)
            mean[i % _n] += weights[i / _n] * states[i];
        return mean;
    }

    private double[] Resample(double[] states, double[] weights, ref RandomStream random)
    {
        var chosen = new double[states.Length];
        var (place, sum, source) = (random.NextDouble() / particles, weights[0], 0);
        for (var i = 0; i < particles; i++, place += 1.0 / particles)
        {
            while (sum < place && source < particles - 1)
                sum += weights[++source];
            states.AsSpan(source * _n, _n).CopyTo(chosen.AsSpan(i * _n));
        }

        Array.Fill(weights, 1.0 / particles);
        return chosen;
    }
}
