using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Probes;

/// <summary>A model's beliefs over recorded episodes, as arrays. Not thread-safe; not for the tick path.</summary>
public static class LatentFeatures
{
    private const int EpisodesPerBatch = 8;

    /// <summary>The features at every step of every episode, of the beliefs' means or of one sample.</summary>
    /// <param name="model">The model, on the processor.</param>
    /// <param name="episodes">The episodes.</param>
    /// <param name="change">Transforms each batch before inference, for instance hides a modality; null for none.</param>
    /// <param name="samples">Random key of the samples; null for the means.</param>
    /// <param name="view">Transformation of the features [N × features]; null for none.</param>
    /// <returns>[episode][step][feature].</returns>
    public static float[][][] From(SequenceModel model, SequenceReplay episodes,
        Func<SequenceBatch, SequenceBatch>? change = null, RandomKey? samples = null, Func<Tensor, Tensor>? view = null)
    {
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope((samples ?? default).Value);
        var found = new List<float[][]>();
        for (var first = 0; first < episodes.Sequences.Count; first += EpisodesPerBatch)
        {
            using var scope = NewDisposeScope();
            var group = episodes.Sequences.Skip(first).Take(EpisodesPerBatch).ToList();
            var batch = episodes.Whole(first, group.Count, group.Max(s => s.Steps), CPU);
            var features = model.Infer(change is null ? batch : change(batch), sample: samples is not null).Features;
            for (var i = 0; i < group.Count; i++)
            {
                var own = features.select(1, i);
                using var seen = view is null ? own : view(own);
                var (values, size) = (seen.ToFloats(), (int)seen.shape[1]);
                found.Add([.. Enumerable.Range(0, group[i].Steps).Select(t => values[(t * size)..((t + 1) * size)])]);
            }
        }

        return [.. found];
    }
}
