using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Data.Episodes;

namespace Robotics.Reporting.Numbers;

/// <summary>A model's prediction from one moment of an episode on, under the actions that were then applied. Immutable.</summary>
public sealed record Forecast
{
    /// <summary>The step at which the prediction starts.</summary>
    public required int Start { get; init; }

    /// <summary>Steps predicted.</summary>
    public required int Horizon { get; init; }

    /// <summary>[horizon × observation], the particles' mean.</summary>
    public required double[] Mean { get; init; }

    /// <summary>[horizon × observation], the particles' standard deviation (n − 1); NaN where a particle was not finite.</summary>
    public required double[] StandardDeviation { get; init; }

    /// <summary>Predicts.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="start">The step to start from.</param>
    /// <param name="horizon">Steps; start + horizon is at most the episode's length.</param>
    /// <param name="recorder">The model; its belief is the observation.</param>
    /// <param name="key">The particles' randomness.</param>
    public static Forecast From(Episode episode, int start, int horizon, ITrajectoryRecorder recorder, RandomKey key)
    {
        var (o, a, p) = (episode.ObservationDimension, episode.ActionDimension, recorder.ParticleCount);
        var particles = new float[horizon * p * o];
        recorder.Record(episode.Observation(start), episode.Actions.AsSpan(start * a, horizon * a), key, particles);
        var (mean, std) = (new double[horizon * o], new double[horizon * o]);
        for (var step = 0; step < horizon; step++)
        {
            for (var element = 0; element < o; element++)
                (mean[(step * o) + element], std[(step * o) + element]) = Moments(particles.AsSpan(step * p * o, p * o), element, o);
        }

        return new Forecast { Start = start, Horizon = horizon, Mean = mean, StandardDeviation = std };
    }

    private static (double Mean, double Std) Moments(ReadOnlySpan<float> particles, int element, int stride)
    {
        var count = particles.Length / stride;
        double sum = 0, squares = 0;
        for (var i = 0; i < count; i++)
            sum += particles[(i * stride) + element];
        var mean = sum / count;
        for (var i = 0; i < count; i++)
            squares += Math.Pow(particles[(i * stride) + element] - mean, 2);
        return double.IsFinite(squares) ? (mean, Math.Sqrt(squares / Math.Max(1, count - 1))) : (double.NaN, double.NaN);
    }
}
