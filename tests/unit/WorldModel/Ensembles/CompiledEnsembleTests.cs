using Robotics.Core.Randomness;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public class CompiledEnsembleTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(5, new[] { 200, 200, 200 })]
    [InlineData(3, new[] { 33, 64 })]
    [InlineData(1, new[] { 7 })]
    public void Record_OneStep_MovesEveryParticleByTheTrainedNetworksMeanAndDeviation(int members, int[] hidden)
    {
        var options = new EnsembleOptions { Members = members, Hidden = hidden, Epochs = 3 };
        using var learner = ToyTask.Learner(options: options);
        EnsembleLearnerTests.Train(learner, 200, 1);
        var rollouts = ToyTask.Rollouts(options);
        var compiled = learner.FusedEvaluator;
        var withoutNoise = new FusedEnsembleEvaluator(PackedEnsemble.Compile(WithLogVariance(learner.Compile(), -60)), rollouts);
        var unitNoise = new FusedEnsembleEvaluator(PackedEnsemble.Compile(WithLogVariance(learner.Compile(), 0)), rollouts);

        var stream = RandomKey.FromSeed(5).OpenStream();
        for (var trial = 0UL; trial < 5; trial++)
        {
            float[] belief = [(float)stream.NextGaussian(), (float)stream.NextUniform(-3, 3), 0.5f];
            float[] action = [(float)stream.NextUniform(-1, 1)];
            var key = RandomKey.FromSeed(trial);
            var (mean, std) = Torch(learner, belief, action);
            var (moved, steady, unit) =
                (Step(compiled, belief, action, key), Step(withoutNoise, belief, action, key), Step(unitNoise, belief, action, key));
            for (var p = 0; p < rollouts.Particles; p++)
            {
                var member = p * members / rollouts.Particles;
                for (var e = 0; e < 2; e++)
                {
                    var at = (p * 3) + e;
                    Close(mean[(member * 2) + e], steady[at] - belief[e]);
                    Close(std[(member * 2) + e] * (unit[at] - steady[at]), moved[at] - steady[at]);
                }

                Assert.Equal(0.5f, moved[(p * 3) + 2]);
            }
        }
    }

    private static void Close(double expected, double actual) =>
        Assert.True(
            Math.Abs(expected - actual) <= Tolerance * Math.Max(0.01, Math.Abs(expected)), $"{expected} by libtorch, {actual} compiled");

    private static float[] Step(FusedEnsembleEvaluator evaluator, float[] belief, float[] action, RandomKey key)
    {
        var particles = new float[evaluator.ParticleCount * belief.Length];
        evaluator.Record(belief, action, key, particles);
        return particles;
    }

    private static (float[] Mean, float[] Std) Torch(EnsembleLearner learner, float[] belief, float[] action)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layout = new EnsembleLayout(ToyTask.Observations, 1);
        var input = new float[layout.InputDimension];
        layout.EncodeInput(belief, action, input);
        var rows = learner.Model.Normalise(tensor(input, [1, input.Length])).unsqueeze(0).expand(learner.Model.Members, -1, -1);
        var (mean, logVariance) = learner.Model.forward(rows);
        return (mean.contiguous().ToFloats(), (logVariance * 0.5).exp().contiguous().ToFloats());
    }

    /// <summary>
    /// The same means with one log-variance everywhere: its raw value far above the upper bound, which is what is asked for.
    /// </summary>
    private static EnsembleWeights WithLogVariance(EnsembleWeights weights, float logVariance)
    {
        var last = weights.Layers[^1];
        var biases = last.Biases.ToArray();
        for (var i = 0; i < biases.Length; i++)
            biases[i] += i % last.Outputs >= last.Outputs / 2 ? 1000 : 0;
        return weights with
        {
            Layers = [.. weights.Layers.SkipLast(1), last with { Biases = biases }],
            MaximumLogVariance = [.. weights.MaximumLogVariance.Select(_ => logVariance)],
            MinimumLogVariance = [.. weights.MinimumLogVariance.Select(_ => logVariance - 200)],
        };
    }
}
