using System.Runtime.InteropServices;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Weights;

namespace Robotics.Tests.Unit.Inference;

public class BFloat16EvaluatorTests
{
    private const int Horizon = 15;
    private const int Population = 200;
    private static readonly float[] Belief = [0.4f, 0.3f, 0.1f, -0.2f, 0.5f, 0];

    [Fact]
    public void Compile_LibraryMissing_RefusesBFloat16AndRunsFloats()
    {
        var library = KernelLibrary.Load("libThatIsNowhere");
        var weights = EnsembleSamples.Random();

        var error = Assert.Throws<UserErrorException>(() => PackedEnsemble.Compile(weights, null, Precision.BFloat16, library));

        Assert.Contains("libRoboticsKernels.so is not in the program's folder", error.Message);
        Assert.Equal(Precision.Single, Precisions.FastestWith(library));
        Assert.Equal(Precision.Single, PackedEnsemble.Compile(weights, null, Precision.Single, library).Precision);
    }

    [Fact]
    public void Load_SomethingElse_IsRefused()
    {
        var library = KernelLibrary.Load(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"));

        Assert.Contains("another version", library.Problem);
    }

    [Fact]
    public void Constructor_OptionsOfOtherPrecision_IsRefused()
    {
        using var pool = new WorkerPool(1);

        Assert.Throws<ArgumentException>(() => new FusedEnsembleEvaluator(
            PackedEnsemble.Compile(EnsembleSamples.Random()), Options(pool) with { Precision = Precision.BFloat16 }));
    }

    [Fact]
    public void Evaluate_AgainstFloats_ChoosesTheSameElites()
    {
        if (KernelLibrary.Shared.Problem is not null)
            return;
        const int Elites = Population / 10;
        using var pool = new WorkerPool(2);
        var exact = new FusedEnsembleEvaluator(PackedEnsemble.Compile(Smooth()), Options(pool));
        var (expected, result) = (new RolloutResult(Population), new RolloutResult(Population));

        exact.Evaluate(Request(), expected);
        Rounded(pool).Evaluate(Request(), result);

        Assert.InRange(Best(expected.Returns, Elites).Intersect(Best(result.Returns, Elites)).Count(), 0.9 * Elites, Elites);
        Assert.NotEqual(expected.Returns, result.Returns);
    }

    [Fact]
    public void Evaluate_AnyWorkers_GivesTheSameBits()
    {
        if (KernelLibrary.Shared.Problem is not null)
            return;
        var results = new List<float[]>();
        foreach (var workers in new[] { 1, 2, 3 })
        {
            using var pool = new WorkerPool(workers);
            var result = new RolloutResult(Population);
            Rounded(pool).Evaluate(Request(), result);
            results.Add(result.Returns);
        }

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void Evaluate_AfterWarmUp_AllocatesNothingOnAnyThread()
    {
        if (KernelLibrary.Shared.Problem is not null)
            return;
        using var pool = new WorkerPool(2);
        var (evaluator, request, result, probe) = (Rounded(pool), Request(), new RolloutResult(Population), new AllocationProbe(pool));
        for (var i = 0; i < 5; i++)
            evaluator.Evaluate(request, result);
        var before = new long[pool.Count];
        probe.Measure().CopyTo(before, 0);
        probe.Measure().CopyTo(before, 0);

        for (var i = 0; i < 5; i++)
            evaluator.Evaluate(request, result);

        Assert.Equal(before, probe.Measure());
    }

    [Fact]
    public void Evaluate_WeightNotFinite_ScoresNegativeInfinity()
    {
        if (KernelLibrary.Shared.Problem is not null)
            return;
        using var pool = new WorkerPool(1);
        var weights = Smooth();
        weights.Layers[1].Weights[5] = float.NaN;
        weights.Layers[1].Weights[(64 * 64) + 5] = float.PositiveInfinity;
        var evaluator = new FusedEnsembleEvaluator(
            PackedEnsemble.Compile(weights, precision: Precision.BFloat16), Options(pool) with { Precision = Precision.BFloat16 });
        var result = new RolloutResult(Population);

        evaluator.Evaluate(Request(), result);

        Assert.All(result.Returns, r => Assert.Equal(float.NegativeInfinity, r));
    }

    private static int[] Best(float[] returns, int count) =>
        [.. Enumerable.Range(0, returns.Length).OrderByDescending(i => returns[i]).Take(count)];

    private static EnsembleWeights Smooth() => EnsembleSamples.Random(hidden: 64, seed: 3);

    private static FusedEnsembleEvaluator Rounded(WorkerPool pool) => new(
        PackedEnsemble.Compile(Smooth(), precision: Precision.BFloat16), Options(pool) with { Precision = Precision.BFloat16 });

    private static FusedEnsembleOptions Options(WorkerPool pool) => new()
    {
        Reward = EnsembleSamples.Reward(),
        MaximumPopulation = Population,
        MaximumHorizon = Horizon,
        Workers = pool,
        CommonRandomNumbers = true,
    };

    private static RolloutRequest Request()
    {
        var random = RandomKey.FromSeed(5).OpenStream();
        return new RolloutRequest
        {
            Belief = Belief,
            Actions = EnsembleSamples.Numbers(ref random, Population * Horizon * EnsembleSamples.Actions, 0.5),
            Population = Population,
            Horizon = Horizon,
            Key = RandomKey.FromSeed(21),
        };
    }
}
