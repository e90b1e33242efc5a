using Robotics.Core.Randomness;
using Robotics.SequenceModels.Refinement;
using Robotics.Studies.Amortization;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.SequenceModels;

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
    public void Of_LongSequences_KeepsNothingOfAStepButItsMemory()
    {
        using var scope = NewDisposeScope();
        var model = new RecurrentFilteringModel(5, 3, 8, 0.3);
        using var arm = new Watched(new GradientRefinement(model, 4, 4));

        FilteredSteps.From(model, arm, randn(12, 2, 5));

        Assert.Equal(12, arm.Alive.Count);
        Assert.All(arm.Alive.Zip(arm.Alive.Skip(1)), p => Assert.InRange(p.Second - p.First, 0, 2));
    }

    [Fact]
    public void Run_EveryArm_HasFiniteFiguresAndAboutEqualWeights()
    {
        var sizes = new AmortizationSizes(2, 2, 3, 4, 4, 4, 3, 2);
        var study = AmortizationExperiment.FromRecurrentNetwork(AmortizationData.GainShifts, 0.1, sizes);

        var results = study.Run(RandomKey.FromSeed(1), _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["direct", "direct_4_gradient_steps", "direct_4x", "avf_1", "avf_2", "avf_4", "avf_8"], results.Select(r => r.Condition));
        Assert.All(results, r => Assert.True(double.IsFinite(r.Gap + r.BoundPerStep + r.ImportanceWeightedPerStep), r.ToString()));
        Assert.InRange((double)results[^1].Parameters / results[0].Parameters, 0.9, 1.0);
    }

    /// <summary>Notes how many tensors are alive whenever it is asked.</summary>
    private sealed class Watched(PosteriorInference arm) : PosteriorInference(nameof(Watched))
    {
        public List<long> Alive { get; } = [];

        public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation)
        {
            Alive.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            return arm.Infer(model, prior, memory, observation);
        }
    }
}
