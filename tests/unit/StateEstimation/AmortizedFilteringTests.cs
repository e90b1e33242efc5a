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

        StepBoundSlopes.EqualFiniteDifferences(model, randn(1, 8, dtype: float64), randn(1, 5, dtype: float64));
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
}
