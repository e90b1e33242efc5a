using Robotics.Core;
using Robotics.StateEstimation;
using Robotics.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.StateEstimation;

public sealed class AmortizedFilteringTests
{
    [Fact]
    public void Gradient_OfTheStepBound_EqualsFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        using var random = TorchRandom.Scope(3);
        var model = new RecurrentFilteringModel(5, 3, 8, 0.3);
        model.to(ScalarType.Float64);
        var (memory, x, noise) = (randn(1, 8, dtype: float64), randn(1, 5, dtype: float64), randn(1, 3, dtype: float64));
        var prior = model.Prior(memory).Detach();
        double[] at = [0.3, -0.2, 0.5, -0.4, 0.1, -0.9];

        double Bound(double[] v) => model.Bound(At(v), prior, memory, x, noise).item<double>();
        var gradient = model.Gradient(At(at), prior, memory, x, noise);
        double[] found = [.. gradient.Mean.data<double>(), .. gradient.LogDeviation.data<double>()];

        for (var i = 0; i < at.Length; i++)
        {
            double[] up = [.. at], down = [.. at];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            var expected = (Bound(up) - Bound(down)) / 2e-5;
            Assert.True(Math.Abs(found[i] - expected) <= 1e-4 * Math.Max(1, Math.Abs(expected)), $"{i}: {found[i]} against {expected}");
        }
    }

    [Fact]
    public void Run_EveryArm_HasFiniteFiguresAndAboutEqualWeights()
    {
        var study = AmortizationStudy.OfRecurrentNetwork(AmortizationData.GainShifts, 0.1, new AmortizationSizes(2, 2, 3, 4, 4, 4, 3, 2));

        var results = study.Run(RandomKey.FromSeed(1), _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["direct", "direct_4_gradient_steps", "direct_4x", "avf_1", "avf_2", "avf_4", "avf_8"], results.Select(r => r.Arm));
        Assert.All(results, r => Assert.True(double.IsFinite(r.Gap + r.BoundPerStep + r.ImportanceWeightedPerStep), r.ToString()));
        Assert.InRange((double)results[^1].Parameters / results[0].Parameters, 0.9, 1.0);
    }

    private static PosteriorParameters At(double[] v) => new(tensor(v[..3]).reshape(1, 3), tensor(v[3..]).reshape(1, 3));
}
