using Robotics.Core;
using Robotics.Inference;

namespace Robotics.WorldModel;

/// <summary>Copies a trained ensemble into the neutral form that the loop's engine packs.</summary>
internal static class EnsembleExport
{
    /// <summary>The weights as they are now; later training does not change the copy.</summary>
    public static EnsembleWeights Compile(ProbabilisticEnsemble model, ObservationSpace observations, int actionDimension) => new()
    {
        Observations = observations,
        ActionDimension = actionDimension,
        Members = model.Members,
        IsDeterministic = model.IsDeterministic,
        Layers = [.. model.Layers.Select(l => new LayerWeights(l.Inputs, l.Outputs, Transpose(l, model.Members), l.Bias.ToFloats()))],
        InputMean = model.InputMean.ToFloats(),
        InputStandardDeviation = model.InputStandardDeviation.ToFloats(),
        MaximumLogVariance = model.MaximumLogVariance.ToFloats(),
        MinimumLogVariance = model.MinimumLogVariance.ToFloats(),
    };

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
