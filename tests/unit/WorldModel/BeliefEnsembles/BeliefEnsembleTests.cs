using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.Tests.Unit.SequenceModels;
using Robotics.TorchExtras;
using Robotics.WorldModel.BeliefEnsembles;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public sealed class BeliefEnsembleTests
{
    private static readonly BeliefEnsembleOptions Small =
        new() { Members = 3, Hidden = [24], RewardHidden = [16], LearningRate = 1e-2, WeightDecay = 0 };

    [Fact]
    public void Update_LinearGaussianBeliefs_RecoversDynamicsNoiseAndReward()
    {
        using var scope = NewDisposeScope();
        using var ensemble = Trained(600);

        var (h, s, a) = (0.2, -0.1, 0.4);
        using var noGrad = no_grad();
        var row = tensor(new[] { (float)h, (float)s }).view(1, 1, 2).expand(3, 1, 2);
        var (mean, logVariance) = ensemble.Advance(row, tensor(new[] { (float)a }).view(1, 1, 1).expand(3, 1, 1));
        var (path, state) = LinearLatents.Next(h, s, a);

        for (var m = 0; m < 3; m++)
        {
            Assert.Equal(path, mean[m, 0, 0].item<float>(), 0.01);
            Assert.Equal(state, mean[m, 0, 1].item<float>(), 0.02);
            Assert.Equal(LinearLatents.Std, Math.Exp(0.5 * logVariance[m, 0, 1].item<float>()), 0.3 * LinearLatents.Std);
            Assert.Equal(LinearLatents.Reward(h, s), ensemble.RewardOf(row)[m, 0, 0].item<float>(), 0.03);
        }
    }

    [Fact]
    public void Update_LinearGaussianBeliefs_DisagreesMoreOffTheData()
    {
        using var scope = NewDisposeScope();
        using var ensemble = Trained(300);

        Assert.True(Disagreement(ensemble, 3) > 5 * Disagreement(ensemble, 0.2f));
    }

    [Fact]
    public void Update_BesideAFilter_LeavesTheFilterAlone()
    {
        using var scope = NewDisposeScope();
        using var model = (RecurrentStateSpaceModel)SequenceModel.Create(ToyEpisodes.Layout, ToyEpisodes.Tiny(), RandomKey.FromSeed(1));
        var before = model.parameters().Select(p => p.bytes.ToArray()).ToArray();
        using var ensemble = new BeliefEnsemble(12, 3, 1, Small, RandomKey.FromSeed(2));
        using var trainer = new BeliefEnsembleTrainer(ensemble, RandomKey.FromSeed(3));
        var weights = ensemble.Dynamics.parameters().Select(p => p.bytes.ToArray()).ToArray();
        var batch = ToyEpisodes.Replay(4).Sample(4, 8, ModalityDropout.None, RandomKey.FromSeed(4), CPU);

        trainer.Update(model.Infer(batch, sample: true), batch);

        Assert.All(model.parameters(), p => Assert.Null(p.grad));
        Assert.Equal(before, model.parameters().Select(p => p.bytes.ToArray()));
        Assert.All(ensemble.Dynamics.parameters().Zip(weights), p => Assert.NotEqual(p.Second, p.First.bytes.ToArray()));
    }

    [Fact]
    public void Weight_ManyEpisodes_HasTheMeanAndVarianceOfPoisson()
    {
        var drawn = Enumerable.Range(0, 20_000).Select(e => PoissonBootstrap.Weight(RandomKey.FromSeed(1), e % 5, e)).ToArray();

        var mean = drawn.Average();
        Assert.Equal(1, mean, 0.03);
        Assert.Equal(1, drawn.Average(w => Math.Pow(w - mean, 2)), 0.05);
        Assert.Equal(drawn[7], PoissonBootstrap.Weight(RandomKey.FromSeed(1), 2, 7));
    }

    private static BeliefEnsemble Trained(int updates)
    {
        using var random = TorchRandom.Scope(1);
        var ensemble = new BeliefEnsemble(1, 1, 1, Small, RandomKey.FromSeed(1));
        using var trainer = new BeliefEnsembleTrainer(ensemble, RandomKey.FromSeed(2));
        for (var i = 0; i < updates; i++)
        {
            using var scope = NewDisposeScope();
            var (inferred, batch) = LinearLatents.Batch(i);
            trainer.Update(inferred, batch);
        }

        return ensemble;
    }

    /// <summary>The std over members of the next state's mean, from several states of one norm.</summary>
    private static double Disagreement(BeliefEnsemble ensemble, float size)
    {
        using var noGrad = no_grad();
        var places = tensor(new[] { size, size, -size, size, size, -size, -size, -size }, [1, 4, 2]).expand(3, 4, 2);
        return ensemble.Advance(places, zeros(3, 4, 1)).Mean.std(0L).mean().item<float>();
    }
}
