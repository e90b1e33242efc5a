using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public class EnsembleLossTests
{
    private static readonly EnsembleOptions Tiny = new() { Members = 2, Hidden = [3], WeightDecay = [0.02, 0.03] };

    [Fact]
    public void Of_TinyNetwork_EqualsTheWrittenOutFormula()
    {
        using var scope = NewDisposeScope();
        using var model = new ProbabilisticEnsemble(Tiny, 2, 1, RandomKey.FromSeed(4));
        var (x, y) = Batch();
        var loss = EnsembleLoss.From(model, tensor(x, [2, 4, 2]), tensor(y, [2, 4, 1]), 0.01).item<float>();
        Assert.Equal(ByHand(Weights(model), x, y), loss, 1e-5);
    }

    [Fact]
    public void Of_WeightedByTheWholeVariance_GivesMeansTheGradientOfSquaredErrors()
    {
        using var scope = NewDisposeScope();
        using var model = new ProbabilisticEnsemble(Tiny, 2, 1, RandomKey.FromSeed(4));
        var (x, y) = Batch();
        var (input, target) = (tensor(x, [2, 4, 2]), tensor(y, [2, 4, 1]));
        EnsembleLoss.From(model, input, target, 0.01, beta: 1).backward();
        var weighted = Last().grad!.narrow(2, 0, 1).contiguous().ToFloats();
        Last().grad!.zero_();
        ((model.forward(input).Mean - target).square().sum() / 4).backward();
        var squared = Last().grad!.narrow(2, 0, 1).contiguous().ToFloats();
        for (var i = 0; i < weighted.Length; i++)
            Assert.Equal(squared[i], weighted[i], 1e-4f);

        Tensor Last() => model.Layers[^1].Weight;
    }

    [Fact]
    public void Step_FirstUpdate_MovesEachWeightByTheClosedFormOfAdam()
    {
        using var scope = NewDisposeScope();
        using var model = new ProbabilisticEnsemble(Tiny, 2, 1, RandomKey.FromSeed(5));
        using var optimizer = Tiny.Adam(model);
        var (x, y) = Batch();
        var before = Weights(model);
        EnsembleLoss.From(model, tensor(x, [2, 4, 2]), tensor(y, [2, 4, 1]), 0.01).backward();
        optimizer.Step();
        var after = Weights(model);
        var decay = new[] { 0.02, 0, 0.03, 0, 0, 0 };
        for (var p = 0; p < before.Length; p++)
        {
            for (var i = 0; i < before[p].Length; i++)
            {
                var g = Slope(before, p, i, x, y) + (decay[p] * before[p][i]);
                if (Math.Abs(g) > 1e-4)
                    Assert.Equal(before[p][i] - (1e-3 * Math.Sign(g)), after[p][i], 2e-6);
            }
        }
    }

    /// <summary>First-layer weights and biases, second-layer weights and biases, upper and lower bound.</summary>
    private static double[][] Weights(ProbabilisticEnsemble model) =>
    [
        .. model.Layers.SelectMany(l => new[] { l.Weight.ToFloats(), l.Bias.ToFloats() })
            .Append(model.MaximumLogVariance.ToFloats()).Append(model.MinimumLogVariance.ToFloats())
            .Select(v => v.Select(f => (double)f).ToArray()),
    ];

    private static (float[] X, float[] Y) Batch()
    {
        var stream = RandomKey.FromSeed(6).OpenStream();
        return ([.. Enumerable.Range(0, 16).Select(_ => (float)stream.NextGaussian())],
            [.. Enumerable.Range(0, 8).Select(_ => (float)stream.NextGaussian())]);
    }

    private static double Slope(double[][] w, int p, int i, float[] x, float[] y)
    {
        const double Step = 1e-5;
        var (low, high) = (w.Select(v => v.ToArray()).ToArray(), w.Select(v => v.ToArray()).ToArray());
        low[p][i] -= Step;
        high[p][i] += Step;
        return (ByHand(high, x, y) - ByHand(low, x, y)) / (2 * Step);
    }

    private static double ByHand(double[][] w, float[] x, float[] y)
    {
        var loss = 0.01 * (w[4][0] - w[5][0]);
        for (var m = 0; m < 2; m++)
        {
            for (var row = 0; row < 4; row++)
            {
                var (mean, raw) = (w[3][m * 2], w[3][(m * 2) + 1]);
                for (var h = 0; h < 3; h++)
                {
                    var z = w[1][(m * 3) + h];
                    for (var i = 0; i < 2; i++)
                        z += x[(m * 8) + (row * 2) + i] * w[0][(m * 6) + (i * 3) + h];
                    var a = z / (1 + Math.Exp(-z));
                    mean += a * w[2][(m * 6) + (h * 2)];
                    raw += a * w[2][(m * 6) + (h * 2) + 1];
                }

                var l = w[4][0] - Softplus(w[4][0] - raw);
                l = w[5][0] + Softplus(l - w[5][0]);
                loss += ((Math.Pow(mean - y[(m * 4) + row], 2) * Math.Exp(-l)) + l) / 4;
            }
        }

        return loss;
    }

    private static double Softplus(double v) => Math.Log(1 + Math.Exp(v));
}
