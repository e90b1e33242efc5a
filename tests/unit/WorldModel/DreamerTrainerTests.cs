using Robotics.Core.Randomness;
using Robotics.Inference.Rows;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using Robotics.WorldModel.Behaviour;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

/// <summary>Learning in imagination on s' = s + a/2 with the cost s'² + a²/10, whose best feedback a Riccati recursion gives.</summary>
public sealed class DreamerTrainerTests
{
    private const double Push = 0.5;
    private const double Price = 0.1;

    private static readonly BehaviourOptions Options = new()
    {
        Hidden = [32],
        Horizon = 6,
        Starts = 64,
        Discount = 0.8,
        ActorLearningRate = 5e-3,
        ValueLearningRate = 5e-3,
        TargetShare = 0.1,
        Entropy = 0,
    };

    [Theory]
    [InlineData(BehaviourMethod.Dreamer, 500, 0.1)]
    [InlineData(BehaviourMethod.WorldModels, 60, 0.1)]
    [InlineData(BehaviourMethod.Dyna, 1500, 0.25)]
    public void Learn_LinearQuadraticWorld_ApproachesTheBestFeedbackAndItsReturn(BehaviourMethod method, int updates, double tolerance)
    {
        using var random = TorchRandom.Scope(1);
        using var trainer = BehaviourTrainer.Create(1, 1, method, Options, RandomKey.FromSeed(1));
        var draws = RandomKey.FromSeed(2).OpenStream();
        for (var i = 0; i < updates; i++)
        {
            using var scope = NewDisposeScope();
            var starts = Enumerable.Range(0, 64).Select(_ => (float)draws.NextUniform(-0.6, 0.6)).ToArray();
            trainer.Learn(tensor(starts, [64, 1]), null, Step);
        }

        var gain = Riccati().Gain;
        var actor = new PackedRows(trainer.ExportActor().Layers);
        foreach (var s in new[] { -0.4f, -0.2f, 0.2f, 0.4f })
            Assert.Equal(-gain * s, Act(actor, s), tolerance * gain * 0.4);
        Assert.Equal(Return(s => -gain * s), Return(s => Act(actor, (float)s)), 0.5 * tolerance * Riccati().Cost * 0.16);
    }

    [Fact]
    public void Learn_OnlyActorAndValue_Move()
    {
        using var random = TorchRandom.Scope(1);
        using var trainer = new DreamerTrainer(1, 1, Options, RandomKey.FromSeed(1));
        using var push = full([1], (float)Push).requires_grad_();
        using var starts = linspace(-0.5, 0.5, 8).view(8, 1).requires_grad_();

        trainer.Learn(starts, null, (s, a) => (s + (a * push), -s.square()));

        Assert.Null(push.grad);
        Assert.Null(starts.grad);
        Assert.Equal(1, trainer.Updates);
    }

    private static (Tensor Next, Tensor Reward) Step(Tensor s, Tensor a)
    {
        var next = s + (a * Push);
        return (next, -(next.square() + (a.square() * Price)));
    }

    private static double Act(PackedRows actor, float s)
    {
        var output = new float[2];
        actor.Forward([s], output, new float[actor.MemoryLength(1)]);
        return Math.Tanh(LatentActorWeights.MeanLimit * Math.Tanh(output[0] / LatentActorWeights.MeanLimit));
    }

    /// <summary>V(s) = −cost·s² under a = −gain·s.</summary>
    private static (double Gain, double Cost) Riccati()
    {
        var (gain, cost) = (0.0, 0.0);
        for (var i = 0; i < 200; i++)
        {
            var q = 1 + (Options.Discount * cost);
            gain = Push * q / (Price + (Push * Push * q));
            cost = (Price * gain * gain) + (Math.Pow(1 - (Push * gain), 2) * q);
        }

        return (gain, cost);
    }

    private static double Return(Func<double, double> act)
    {
        var (s, sum) = (0.4, 0.0);
        for (var k = 0; k < 30; k++)
        {
            var a = act(s);
            s += Push * a;
            sum -= Math.Pow(Options.Discount, k) * ((s * s) + (Price * a * a));
        }

        return sum;
    }
}
