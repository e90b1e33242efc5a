using Robotics.Core.Randomness;
using Robotics.Inference.Weights;

namespace Robotics.Benchmarks.Planner;

/// <summary>
/// Untrained ensembles of a preset's size. Weights have the scale with which training begins (1 / (2·√inputs)), and the
/// predicted changes are small, so that no state becomes so large or small that arithmetic slows down.
/// </summary>
internal static class RandomEnsemble
{
    private const double LastLayer = 0.02;

    /// <summary>Samples the weights.</summary>
    public static EnsembleWeights Create(PlannerPreset preset, RandomKey key)
    {
        var inputs = EnsembleWeights.CountInputs(preset.Observations, preset.Actions);
        var predicted = EnsembleWeights.CountPredicted(preset.Observations);
        int[] sizes = [inputs, .. preset.Hidden, 2 * predicted];
        return new EnsembleWeights
        {
            Observations = preset.Observations,
            ActionDimension = preset.Actions,
            Members = preset.Members,
            Layers = [.. Enumerable.Range(0, sizes.Length - 1).Select(
                i => Layer(preset.Members, sizes[i], sizes[i + 1], i == sizes.Length - 2 ? LastLayer : 1, key.Derive((ulong)i)))],
            InputMean = new float[inputs],
            InputStandardDeviation = [.. Enumerable.Repeat(1f, inputs)],
            MaximumLogVariance = [.. Enumerable.Repeat(-6f, predicted)],
            MinimumLogVariance = [.. Enumerable.Repeat(-12f, predicted)],
        };
    }

    private static LayerWeights Layer(int members, int inputs, int outputs, double scale, RandomKey key)
    {
        var random = key.OpenStream();
        var weights = new float[members * outputs * inputs];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(scale * random.NextGaussian() / (2 * Math.Sqrt(inputs)));
        return new LayerWeights(inputs, outputs, weights, new float[members * outputs]);
    }
}
