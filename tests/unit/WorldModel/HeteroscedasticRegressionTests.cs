using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public class HeteroscedasticRegressionTests
{
    private static readonly EnsembleOptions Options =
        new() { Members = 5, Hidden = [64, 64], WeightDecay = [0, 0, 0], LearningRate = 3e-3, BatchSize = 64, Epochs = 60 };

    [Fact]
    public void Train_NoiseThatGrowsAndAHoleInTheData_LearnsTheNoiseAndDisagreesInTheHole()
    {
        using var scope = NewDisposeScope();
        using var model = new ProbabilisticEnsemble(Options, 1, 1, RandomKey.FromSeed(7));
        using var optimizer = Options.Adam(model);
        var (x, y) = Data();
        new EnsembleTrainer(model, optimizer, Options).Train(x, y, RandomKey.FromSeed(8), null, CancellationToken.None);

        float[] known = [-2.75f, -2.25f, -1.75f, 1.75f, 2.25f, 2.75f];
        var (aleatoric, epistemic) = Predict(model, known);
        for (var i = 0; i < known.Length; i++)
            Assert.Equal(1, aleatoric[i] / Noise(known[i]), 0.15);
        var (_, inHole) = Predict(model, [-0.5f, 0f, 0.5f]);
        Assert.True(inHole.Max() >= 3 * epistemic.Average(), $"{inHole.Max()} in the hole, {epistemic.Average()} where data are");
    }

    private static double Noise(double x) => 0.1 + (0.1 * (x + 3));

    private static (float[] X, float[] Y) Data()
    {
        var stream = RandomKey.FromSeed(9).OpenStream();
        var (x, y) = (new float[4000], new float[4000]);
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = (float)((i % 2 == 0 ? 1 : -1) * stream.NextUniform(1.5, 3));
            y[i] = (float)(Math.Sin(2 * x[i]) + (Noise(x[i]) * stream.NextGaussian()));
        }

        return (x, y);
    }

    private static (double[] Aleatoric, double[] Epistemic) Predict(ProbabilisticEnsemble model, float[] x)
    {
        using var noGrad = no_grad();
        var (mean, logVariance) = model.forward(model.Normalise(tensor(x, [x.Length, 1])).unsqueeze(0).expand(model.Members, -1, -1));
        return (Doubles(logVariance.exp().mean([0]).sqrt()), Doubles(mean.var(0, unbiased: false).sqrt()));
    }

    private static double[] Doubles(Tensor t) => [.. t.reshape(-1).ToFloats().Select(f => (double)f)];
}
