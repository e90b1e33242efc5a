using Robotics.Inference.Latent;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using Robotics.WorldModel.Ensembles;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// Copies an ensemble over beliefs into the neutral format of the inference engine. The units of inputs and outputs are folded into
/// the first and the last layers; the variance of Δh, which no rollout samples from, is left out.
/// </summary>
internal static class BeliefEnsembleExport
{
    /// <summary>The weights as they are now; later training does not change the copy.</summary>
    public static BeliefEnsembleWeights From(BeliefEnsemble ensemble)
    {
        var (dynamics, path) = (ensemble.Dynamics, ensemble.Deterministic);
        var unit = Numbers(dynamics.TargetStandardDeviation);
        return new BeliefEnsembleWeights
        {
            Deterministic = path,
            Stochastic = ensemble.Stochastic,
            ActionDimension = ensemble.ActionDimension,
            Members = dynamics.Members,
            Dynamics = Layers(dynamics, output => output < unit.Length || output >= unit.Length + path),
            Reward = Layers(ensemble.Reward, _ => true),
            MaximumLogVariance = Shift(Numbers(dynamics.MaximumLogVariance), unit, path),
            MinimumLogVariance = Shift(Numbers(dynamics.MinimumLogVariance), unit, path),
        };
    }

    private static LayerWeights[] Layers(ProbabilisticEnsemble model, Func<int, bool> isKept)
    {
        var layers = model.Layers.Select(l => (l.Inputs, l.Outputs, Weights: Numbers(l.Weight), Biases: Numbers(l.Bias))).ToArray();
        var (mean, std, unit) =
            (Numbers(model.InputMean), Numbers(model.InputStandardDeviation), Numbers(model.TargetStandardDeviation));
        FoldInputs(layers[0].Weights, layers[0].Biases, mean, std, model.Members);
        FoldOutputs(layers[^1].Weights, layers[^1].Biases, unit, model.Members);
        return [.. layers.Select(
            (l, i) => Transpose(l.Inputs, l.Outputs, l.Weights, l.Biases, model.Members, i == layers.Length - 1 ? isKept : _ => true))];
    }

    /// <summary>W·(x − mean)/std + b, weights [member × input × output].</summary>
    private static void FoldInputs(float[] weights, float[] biases, float[] mean, float[] std, int members)
    {
        var outputs = biases.Length / members;
        for (var row = 0; row < weights.Length / outputs; row++)
        {
            var (member, input) = Math.DivRem(row, mean.Length);
            for (var o = 0; o < outputs; o++)
            {
                ref var weight = ref weights[(row * outputs) + o];
                weight /= std[input];
                biases[(member * outputs) + o] -= weight * mean[input];
            }
        }
    }

    /// <summary>Means times the unit, raw log-variances plus the logarithm of its square.</summary>
    private static void FoldOutputs(float[] weights, float[] biases, float[] unit, int members)
    {
        var outputs = biases.Length / members;
        for (var i = 0; i < weights.Length; i++)
            weights[i] *= i % outputs < unit.Length ? unit[i % outputs] : 1;
        for (var i = 0; i < biases.Length; i++)
            biases[i] = i % outputs < unit.Length ? biases[i] * unit[i % outputs]
                : biases[i] + (2 * MathF.Log(unit[(i % outputs) - unit.Length]));
    }

    /// <summary>[member × input × output] to [member × output × input], of the outputs that are kept.</summary>
    private static LayerWeights Transpose(int inputs, int outputs, float[] weights, float[] biases, int members, Func<int, bool> isKept)
    {
        var kept = Enumerable.Range(0, outputs).Where(isKept).ToArray();
        var (turned, shifts) = (new float[members * kept.Length * inputs], new float[members * kept.Length]);
        for (var row = 0; row < shifts.Length; row++)
        {
            var (member, output) = (row / kept.Length, kept[row % kept.Length]);
            shifts[row] = biases[(member * outputs) + output];
            for (var i = 0; i < inputs; i++)
                turned[(row * inputs) + i] = weights[(((member * inputs) + i) * outputs) + output];
        }

        return new LayerWeights(inputs, kept.Length, turned, shifts);
    }

    private static float[] Shift(float[] logVariance, float[] unit, int from) =>
        [.. logVariance.Select((l, i) => l + (2 * MathF.Log(unit[i]))).Skip(from)];

    private static float[] Numbers(TorchSharp.torch.Tensor values)
    {
        using var copy = values.detach().cpu().contiguous();
        return copy.ToFloats();
    }
}
