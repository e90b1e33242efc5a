using Robotics.Core.Spaces;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;

namespace Robotics.WorldModel.Ensembles;

/// <summary>Copies a trained ensemble into the neutral format of the inference engine.</summary>
internal static class EnsembleExport
{
    /// <summary>
    /// The weights as they are now; later training does not change the copy. The targets' unit is folded into the last layer, the
    /// elements that networks do not use and differences into the first, so that they do not change the cost of a rollout.
    /// </summary>
    public static EnsembleWeights Compile(ProbabilisticEnsemble model, ObservationSpace observations, int actionDimension)
    {
        var unit = model.TargetStandardDeviation.ToFloats();
        var layers = model.Layers.Select(l => new LayerWeights(l.Inputs, l.Outputs, Transpose(l, model.Members), l.Bias.ToFloats()))
            .ToArray();
        Fold(unit, layers[^1], model.Members);
        var weights = new EnsembleWeights
        {
            Observations = observations,
            ActionDimension = actionDimension,
            Members = model.Members,
            IsDeterministic = model.IsDeterministic,
            Layers = layers,
            InputMean = model.InputMean.ToFloats(),
            InputStandardDeviation = model.InputStandardDeviation.ToFloats(),
            MaximumLogVariance = Shift(model.MaximumLogVariance.ToFloats(), unit),
            MinimumLogVariance = Shift(model.MinimumLogVariance.ToFloats(), unit),
        };
        foreach (var input in EnsembleLayout.UnseenInputs(observations))
            ZeroInput(layers[0], input);
        foreach (var (input, other) in EnsembleLayout.RelativeInputs(observations))
            Relate(weights, input, other);
        return weights;
    }

    private static void ZeroInput(LayerWeights first, int input)
    {
        for (var i = input; i < first.Weights.Length; i += first.Inputs)
            first.Weights[i] = 0;
    }

    /// <summary>w·(x − y − m)/s + v·(y − n)/t = w·(x − (m + n))/s + (v − w·t/s)·(y − n)/t.</summary>
    private static void Relate(EnsembleWeights weights, int input, int other)
    {
        var first = weights.Layers[0];
        var ratio = weights.InputStandardDeviation[other] / weights.InputStandardDeviation[input];
        for (var row = 0; row < first.Weights.Length; row += first.Inputs)
            first.Weights[row + other] -= first.Weights[row + input] * ratio;
        weights.InputMean[input] += weights.InputMean[other];
    }

    /// <summary>The means of the last layer times the unit, its log-variances plus the logarithm of the unit's square.</summary>
    private static void Fold(float[] unit, LayerWeights last, int members)
    {
        for (var row = 0; row < members * last.Outputs; row++)
        {
            var output = row % last.Outputs;
            if (output >= unit.Length)
            {
                last.Biases[row] += 2 * MathF.Log(unit[output - unit.Length]);
                continue;
            }

            last.Biases[row] *= unit[output];
            foreach (ref var weight in last.Weights.AsSpan(row * last.Inputs, last.Inputs))
                weight *= unit[output];
        }
    }

    private static float[] Shift(float[] logVariance, float[] unit) => [.. logVariance.Select((l, i) => l + (2 * MathF.Log(unit[i])))];

    /// <summary>[member × input × output] to [member × output × input].</summary>
    private static float[] Transpose(EnsembleLinear layer, int members)
    {
        var from = layer.Weight.ToFloats();
        var into = new float[from.Length];
        var (inputs, outputs) = (layer.Inputs, layer.Outputs);
        for (var m = 0; m < members; m++)
        {
            var at = m * inputs * outputs;
            for (var i = 0; i < inputs; i++)
            {
                for (var o = 0; o < outputs; o++)
                    into[at + (o * inputs) + i] = from[at + (i * outputs) + o];
            }
        }

        return into;
    }
}
