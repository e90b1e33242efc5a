using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;

namespace Robotics.Tests.Unit.Inference;

/// <summary>Two linear members, x' = (1 + r)·x + p·u ± c + σ·ε, whose moments are known for every propagation.</summary>
public class PropagationTests
{
    private const int Horizon = 8;
    private const int Particles = 20000;
    private const float Rate = -0.1f, Push = 0.5f, Start = 1, Action = 0.4f;

    [Theory]
    [InlineData(Propagation.TS1)]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.DS)]
    [InlineData(Propagation.MM)]
    [InlineData(Propagation.E)]
    public void Record_LinearGaussian_HasTheMomentsOfTheClosedForm(Propagation propagation)
    {
        const float Split = 0.2f, Std = 0.3f;
        var count = propagation.Carried(Particles);

        var steps = Record(propagation, Split, Std).Chunk(count).ToArray();

        var (mean, sampled, constant, gain) = ((double)Start, 0.0, 0.0, 1.0);
        foreach (var states in steps)
        {
            mean = ((1 + Rate) * mean) + (Push * Action);

            // With TS∞ a member's push adds up over time; otherwise it is resampled like the noise.
            constant += Split * gain;
            sampled = ((1 + Rate) * (1 + Rate) * sampled) + (Std * Std)
                + (propagation == Propagation.TSInfinity ? 0 : Split * Split);
            gain *= 1 + Rate;
            var variance = propagation switch
            {
                Propagation.E => 0,
                Propagation.TSInfinity => sampled + (constant * constant),
                _ => sampled,
            };
            var found = states.Average(x => (double)x);

            // Four standard errors; matching the moments carries the error of each step on.
            var doubt = 4 * Math.Sqrt(1.0 / count) * (propagation == Propagation.MM ? Math.Sqrt(2 * Horizon) : 1);
            Assert.Equal(mean, found, 1e-5 + (doubt * Math.Sqrt(variance)));
            Assert.Equal(variance, states.Average(x => Math.Pow(x - found, 2)), 1e-9 + (doubt * Math.Sqrt(2) * variance));
        }
    }

    [Theory]
    [InlineData(Propagation.TS1, 1)]
    [InlineData(Propagation.TSInfinity, 1)]
    [InlineData(Propagation.DS, 3)]
    [InlineData(Propagation.MM, 3)]
    public void Record_MembersApart_IsOneGaussianWithDistributionSamplingAndMomentMatchingAlone(Propagation propagation, double kurtosis)
    {
        var states = Record(propagation, change: 1, std: 0.01f)[..Particles];

        var mean = states.Average(x => (double)x);
        var variance = states.Average(x => Math.Pow(x - mean, 2));
        Assert.Equal(kurtosis, states.Average(x => Math.Pow(x - mean, 4)) / (variance * variance), 0.2);
    }

    [Theory]
    [InlineData(Propagation.TS1)]
    [InlineData(Propagation.DS)]
    [InlineData(Propagation.MM)]
    public void Evaluate_LinearGaussian_KeepsParticlesOnTheirPathsUnlessMomentsAreMatched(Propagation propagation)
    {
        const float Split = 0.2f, Std = 0.3f;
        var result = new RolloutResult(1);
        using var pool = new WorkerPool(1);

        Evaluator(pool, propagation, Split, Std).Evaluate(
            new RolloutRequest
            {
                Belief = new[] { Start },
                Actions = Actions(),
                Population = 1,
                Horizon = Horizon,
                Key = RandomKey.FromSeed(3),
            },
            result);

        var (paths, independent, state, gain) = (0.0, 0.0, 0.0, 0.0);
        for (var step = 0; step < Horizon; step++)
        {
            const double Fresh = (Split * Split) + (Std * Std);
            gain = 1 + ((1 + Rate) * gain);
            paths += Fresh * gain * gain;
            state = ((1 + Rate) * (1 + Rate) * state) + Fresh;
            independent += state;
        }

        Assert.Equal(Math.Sqrt(propagation == Propagation.MM ? independent : paths), result.Disagreement[0], 0.05);
        Assert.True(paths > 2 * independent);
    }

    [Theory]
    [InlineData(Propagation.E, 5, "Expectation carries one particle, not 5")]
    [InlineData(Propagation.TS1, 5, "5 particles cannot be shared equally by 2 members")]
    public void Constructor_ParticlesThatDoNotFit_SaysSo(Propagation propagation, int particles, string message)
    {
        using var pool = new WorkerPool(1);

        var error = Assert.Throws<ArgumentException>(() => Evaluator(pool, propagation, 0, 1, particles));

        Assert.Contains(message, error.Message);
    }

    private static float[] Record(Propagation propagation, float change, float std)
    {
        using var pool = new WorkerPool(1);
        var paths = new float[Horizon * propagation.Carried(Particles)];
        Evaluator(pool, propagation, change, std).Record([Start], Actions(), RandomKey.FromSeed(2), paths);
        return paths;
    }

    private static FusedEnsembleEvaluator Evaluator(
        WorkerPool pool, Propagation propagation, float change, float std, int? particles = null)
    {
        var b = new TermBuilder();
        return new FusedEnsembleEvaluator(
            PackedEnsemble.Compile(EnsembleSamples.Linear(Rate, Push, [change, -change], std)), new FusedEnsembleOptions
            {
                Propagation = propagation,
                Particles = particles ?? propagation.Carried(Particles),
                Reward = b.Build(b.Observation(0)),
                MaximumPopulation = 1,
                MaximumHorizon = Horizon,
                Workers = pool,
            });
    }

    private static float[] Actions() => [.. Enumerable.Repeat(Action, Horizon)];
}
