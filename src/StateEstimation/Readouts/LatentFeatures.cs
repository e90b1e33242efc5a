using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>A model's beliefs over recorded episodes, as numbers. Not thread-safe; not for the tick path.</summary>
public static class LatentFeatures
{
    private const int EpisodesPerBatch = 8;

    /// <summary>The features of the means at every step of every episode.</summary>
    /// <param name="model">The model, on the processor.</param>
    /// <param name="episodes">The episodes.</param>
    /// <param name="change">Changes each batch before it is seen, for instance hides a modality; null leaves it.</param>
    /// <returns>[episode][step][feature].</returns>
    public static float[][][] Of(SequenceModel model, SequenceReplay episodes, Func<SequenceBatch, SequenceBatch>? change = null)
    {
        using var frozen = no_grad();
        var found = new List<float[][]>();
        for (var first = 0; first < episodes.Sequences.Count; first += EpisodesPerBatch)
        {
            using var scope = NewDisposeScope();
            var group = episodes.Sequences.Skip(first).Take(EpisodesPerBatch).ToList();
            var batch = episodes.Whole(first, group.Count, group.Max(s => s.Steps), CPU);
            var features = model.Infer(change is null ? batch : change(batch), sample: false).Features;
            for (var i = 0; i < group.Count; i++)
            {
                var (values, size) = (features.select(1, i).ToFloats(), model.FeatureDimension);
                found.Add([.. Enumerable.Range(0, group[i].Steps).Select(t => values[(t * size)..((t + 1) * size)])]);
            }
        }

        return [.. found];
    }
}
