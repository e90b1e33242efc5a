using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Terms;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Simd;

namespace Robotics.Tests.Unit.Inference;

public class FusedEnsembleEvaluatorTests
{
    private const int Horizon = 8;
    private static readonly float[] Belief = [0.4f, 0.3f, 0.1f, -0.2f, 0.5f, 0];
    private static readonly RandomKey Key = RandomKey.FromSeed(21);

    [Theory]
    [InlineData(VectorWidth.Bits128, Propagation.TSInfinity, 5, 20, false)]
    [InlineData(VectorWidth.Bits256, Propagation.TSInfinity, 5, 20, true)]
    [InlineData(VectorWidth.Bits512, Propagation.TSInfinity, 5, 20, false)]
    [InlineData(VectorWidth.Bits512, Propagation.TSInfinity, 3, 9, true)]
    [InlineData(VectorWidth.Bits512, Propagation.TSInfinity, 1, 7, false)]
    [InlineData(VectorWidth.Bits128, Propagation.TS1, 5, 20, true)]
    [InlineData(VectorWidth.Bits256, Propagation.TS1, 3, 9, false)]
    [InlineData(VectorWidth.Bits512, Propagation.TS1, 5, 20, false)]
    [InlineData(VectorWidth.Bits512, Propagation.TS1, 5, 5, false)]
    [InlineData(VectorWidth.Bits512, Propagation.DS, 5, 20, false)]
    [InlineData(VectorWidth.Bits256, Propagation.DS, 3, 7, true)]
    [InlineData(VectorWidth.Bits512, Propagation.MM, 5, 20, false)]
    [InlineData(VectorWidth.Bits128, Propagation.MM, 3, 7, true)]
    [InlineData(VectorWidth.Bits512, Propagation.E, 5, 1, false)]
    [InlineData(VectorWidth.Bits256, Propagation.E, 2, 1, true)]
    public void Evaluate_RandomEnsemble_MatchesPlainReference(
        VectorWidth width, Propagation propagation, int members, int particles, bool common)
    {
        const int Population = 11;
        using var pool = new WorkerPool(1);
        var weights = EnsembleSamples.Random(members);
        var options = Options(pool, Population) with
        {
            Propagation = propagation,
            Particles = particles,
            Termination = EnsembleSamples.EndsAbove(0.6),
            CommonRandomNumbers = common,
        };
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(weights, width), options);
        var request = Request(Population);
        var result = new RolloutResult(Population);

        evaluator.Evaluate(request, result);

        var reference = new ReferenceRollout(weights, options, Key);
        for (var c = 0; c < Population; c++)
        {
            var actions = request.Actions.Slice(c * Horizon * EnsembleSamples.Actions, Horizon * EnsembleSamples.Actions).ToArray();
            var returns = reference.Returns(common ? 0 : (uint)c, Belief, actions);
            Assert.Equal(RolloutStatus.Ok, result.Status[c]);
            Assert.Equal(returns.Average(), result.Returns[c], 1e-4 * Math.Max(1, Math.Abs(returns.Average())));
            var groups = propagation != Propagation.TSInfinity ? returns : [.. returns.Chunk(particles / members).Select(g => g.Average())];
            Assert.Equal(Math.Sqrt(groups.Select(g => Math.Pow(g - groups.Average(), 2)).Average()), result.Disagreement[c], 1e-3);
        }
    }

    [Fact]
    public void Evaluate_ClippedElement_CountsAsReferenceDoes()
    {
        const int Population = 9;
        using var pool = new WorkerPool(2);
        var weights = EnsembleSamples.Random();
        var options = Options(pool, Population);
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(weights), options);
        var request = Request(Population);

        evaluator.Evaluate(request, new RolloutResult(Population));

        var reference = new ReferenceRollout(weights, options, Key);
        for (var c = 0; c < Population; c++)
            reference.Returns(
                (uint)c, Belief, request.Actions.Slice(c * Horizon * EnsembleSamples.Actions, Horizon * EnsembleSamples.Actions).ToArray());
        Assert.InRange(reference.Clips, 10, Population * Horizon * options.Particles);
        Assert.InRange(evaluator.ClippedPredictions, reference.Clips - 2, reference.Clips + 2);
        Assert.Equal(Population * Horizon * options.Particles * 5, evaluator.Predictions);
    }

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    [InlineData(Propagation.DS)]
    [InlineData(Propagation.MM)]
    [InlineData(Propagation.E)]
    public void Evaluate_AnyWorkersAndWidth_GivesTheSameBits(Propagation propagation)
    {
        const int Population = 77;
        var results = new List<RolloutResult>();
        (int Workers, VectorWidth Width)[] cases =
            [(1, VectorWidth.Bits512), (2, VectorWidth.Bits512), (3, VectorWidth.Bits512), (3, VectorWidth.Bits256)];
        foreach (var (workers, width) in cases)
        {
            using var pool = new WorkerPool(workers);
            var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random(), width),
                Options(pool, Population) with { Propagation = propagation, Particles = propagation.Carried(20) });
            results.Add(new RolloutResult(Population));
            evaluator.Evaluate(Request(Population), results[^1]);
        }

        foreach (var other in results.Skip(1))
        {
            Assert.Equal(results[0].Returns, other.Returns);
            Assert.Equal(results[0].Disagreement, other.Disagreement);
        }
    }

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    [InlineData(Propagation.DS)]
    [InlineData(Propagation.MM)]
    [InlineData(Propagation.E)]
    public void Evaluate_AfterWarmUp_AllocatesNothingOnAnyThread(Propagation propagation)
    {
        const int Population = 64;
        using var pool = new WorkerPool(2);
        var options = Options(pool, Population) with
        {
            Propagation = propagation,
            Particles = propagation.Carried(20),
            Termination = EnsembleSamples.EndsAbove(0.6),
        };
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random()), options);
        var (request, result, probe) = (Request(Population), new RolloutResult(Population), new AllocationProbe(pool));
        for (var i = 0; i < 5; i++)
            evaluator.Evaluate(request, result);
        var before = new long[pool.Count];
        probe.Measure().CopyTo(before, 0);
        probe.Measure().CopyTo(before, 0);

        for (var i = 0; i < 20; i++)
            evaluator.Evaluate(request, result);

        Assert.Equal(before, probe.Measure());
    }

    [Fact]
    public void Evaluate_LinearGaussian_MatchesClosedForm()
    {
        const int Population = 4000;
        const float Rate = -0.1f, Push = 0.5f, Change = 0.02f, Std = 0.3f, Start = 1, Action = 0.4f;
        using var pool = new WorkerPool(2);
        var b = new TermBuilder();
        var options = Options(pool, Population) with { Particles = 1, Reward = b.Build(b.Observation(0)) };
        var evaluator = new FusedEnsembleEvaluator(
            PackedEnsemble.Compile(EnsembleSamples.Linear(Rate, Push, [Change], Std)), options);
        var result = new RolloutResult(Population);
        var actions = new float[Population * Horizon];
        actions.AsSpan().Fill(Action);

        evaluator.Evaluate(new RolloutRequest
        {
            Belief = new[] { Start },
            Actions = actions,
            Population = Population,
            Horizon = Horizon,
            Key = Key,
        }, result);

        var (mean, variance, state, gain) = (0.0, 0.0, (double)Start, 0.0);
        for (var step = 0; step < Horizon; step++)
        {
            state += (Rate * state) + (Push * Action) + Change;
            mean += state;
            gain = 1 + ((1 + Rate) * gain);
            variance += Std * Std * gain * gain;
        }

        var sampleMean = result.Returns.Average(r => (double)r);
        var sampleVariance = result.Returns.Sum(r => Math.Pow(r - sampleMean, 2)) / (Population - 1);
        Assert.InRange(sampleMean, mean - (4 * Math.Sqrt(variance / Population)), mean + (4 * Math.Sqrt(variance / Population)));
        Assert.InRange(
            sampleVariance, variance * (1 - (4 * Math.Sqrt(2.0 / Population))), variance * (1 + (4 * Math.Sqrt(2.0 / Population))));
    }

    [Fact]
    public void Evaluate_WeightNotFinite_ScoresNegativeInfinity()
    {
        const int Population = 10;
        using var pool = new WorkerPool(1);
        var weights = EnsembleSamples.Random();
        weights.Layers[1].Weights[5] = float.NaN;
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(weights), Options(pool, Population));
        var result = new RolloutResult(Population);

        evaluator.Evaluate(Request(Population), result);

        Assert.All(result.Returns, r => Assert.Equal(float.NegativeInfinity, r));
        Assert.All(result.Status, s => Assert.Equal(RolloutStatus.NotFinite, s));
    }

    [Fact]
    public void Evaluate_OneActionNotFinite_SpoilsOnlyItsCandidate()
    {
        const int Population = 10;
        using var pool = new WorkerPool(1);
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random()), Options(pool, Population));
        var (sound, spoilt) = (new RolloutResult(Population), new RolloutResult(Population));
        evaluator.Evaluate(Request(Population), sound);
        var request = Request(Population);
        var actions = request.Actions.ToArray();
        actions[(3 * Horizon * EnsembleSamples.Actions) + 6] = float.NaN;

        evaluator.Evaluate(request with { Actions = actions }, spoilt);

        for (var c = 0; c < Population; c++)
            Assert.Equal(c == 3 ? float.NegativeInfinity : sound.Returns[c], spoilt.Returns[c]);
    }

    [Fact]
    public void Evaluate_RequestTooLarge_ScoresNegativeInfinity()
    {
        using var pool = new WorkerPool(1);
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random()), Options(pool, 4));
        var result = new RolloutResult(5);

        evaluator.Evaluate(Request(5), result);

        Assert.All(result.Returns, r => Assert.Equal(float.NegativeInfinity, r));
    }

    [Fact]
    public void Record_OneSequence_ShowsTheParticlesThatEvaluateScores()
    {
        using var pool = new WorkerPool(1);
        var b = new TermBuilder();
        var options = Options(pool, 1) with { Propagation = Propagation.TS1, Reward = b.Build(b.Observation(4)) };
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random()), options);
        var (request, result) = (Request(1), new RolloutResult(1));
        var paths = new float[Horizon * options.Particles * Belief.Length];

        evaluator.Evaluate(request, result);
        evaluator.Record(Belief, request.Actions.Span, Key, paths);

        Assert.Equal(paths.Chunk(Belief.Length).Sum(o => o[4]) / options.Particles, result.Returns[0], 1e-4);
        Assert.All(paths.Chunk(Belief.Length), o => Assert.Equal(Belief[1], o[1]));
    }

    [Theory]
    [InlineData(Propagation.TSInfinity)]
    [InlineData(Propagation.TS1)]
    [InlineData(Propagation.DS)]
    [InlineData(Propagation.MM)]
    [InlineData(Propagation.E)]
    public void PredictMean_RandomEnsemble_IsTheMeanOfItsMembers(Propagation propagation)
    {
        using var pool = new WorkerPool(1);
        var weights = EnsembleSamples.Random();
        var evaluator = new FusedEnsembleEvaluator(
            PackedEnsemble.Compile(weights), Options(pool, 3) with { Propagation = propagation, Particles = propagation.Carried(20) });
        evaluator.Evaluate(Request(3), new RolloutResult(3));
        var (next, action) = (Belief.ToArray(), new[] { 0.3f, -0.7f });

        evaluator.PredictMean(next, action, next);

        double[] input =
            [Math.Sin(Belief[0]), Math.Cos(Belief[0]), .. Belief[1..].Select(x => (double)x), .. action.Select(x => (double)x)];
        var normalised = input.Select((x, i) => (x - weights.InputMean[i]) / weights.InputStandardDeviation[i]).ToArray();
        var outputs = Enumerable.Range(0, weights.Members).Select(m => ReferenceRollout.Network(weights.Layers, m, normalised)).ToArray();
        int[] predicted = [0, 2, 3, 4, 5];
        for (var d = 0; d < predicted.Length; d++)
        {
            var element = weights.Observations.Elements[predicted[d]];
            var expected = Math.Clamp(Belief[predicted[d]] + outputs.Average(o => o[d]), element.Low, element.High);
            Assert.Equal(expected, next[predicted[d]], 1e-5);
        }

        Assert.Equal(Belief[1], next[1]);
    }

    [Fact]
    public void Use_AnotherModel_AnswersAsANewEvaluatorWould()
    {
        using var pool = new WorkerPool(1);
        var second = PackedEnsemble.Compile(EnsembleSamples.Random(seed: 2));
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random()), Options(pool, 3));
        var (changed, fresh) = (new RolloutResult(3), new RolloutResult(3));

        evaluator.Use(second);
        evaluator.Evaluate(Request(3), changed);
        new FusedEnsembleEvaluator(second, Options(pool, 3)).Evaluate(Request(3), fresh);

        Assert.Equal(fresh.Returns, changed.Returns);
        Assert.Throws<ArgumentException>(() => evaluator.Use(PackedEnsemble.Compile(EnsembleSamples.Random(hidden: 20))));
    }

    [Fact]
    public void FlopsPerDecision_SmallNetwork_CountsMultiplicationsAndAdditions()
    {
        using var pool = new WorkerPool(1);
        var evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(EnsembleSamples.Random(hidden: 19)), Options(pool, 3));
        Assert.Equal(2.0 * ((9 * 19) + (19 * 19) + (19 * 10)) * 20 * 3 * 8 * 5, evaluator.FlopsPerDecision(3, 8, 5));
    }

    private static FusedEnsembleOptions Options(WorkerPool pool, int population) => new()
    {
        Reward = EnsembleSamples.Reward(),
        MaximumPopulation = population,
        MaximumHorizon = Horizon,
        Workers = pool,
    };

    private static RolloutRequest Request(int population)
    {
        var random = RandomKey.FromSeed(4).OpenStream();
        return new RolloutRequest
        {
            Belief = Belief,
            Actions = EnsembleSamples.Numbers(ref random, population * Horizon * EnsembleSamples.Actions, 0.5),
            Population = population,
            Horizon = Horizon,
            Key = Key,
        };
    }
}
