using System.Runtime.InteropServices;
using Robotics.SequenceModels.Sequences;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Probes;

/// <summary>Hides readings of a batch from the encoder, as gaps in training do. The tensors belong to the present scope.</summary>
public static class ObservationMasking
{
    /// <summary>Hides readings of one modality.</summary>
    /// <param name="batch">The batch; it is not changed.</param>
    /// <param name="modality">Index of the modality.</param>
    /// <param name="isHidden">True when the readings of a step are hidden.</param>
    public static SequenceBatch Hide(this SequenceBatch batch, int modality, Func<int, bool> isHidden)
    {
        var m = batch.Modalities[modality];
        var (rows, readings) = (Longs(m.KeptRows), Longs(m.KeptReadings));
        var kept = Enumerable.Range(0, rows.Length).Where(i => !isHidden((int)(rows[i] / batch.Count))).ToArray();
        var visible = Enumerable.Range(0, batch.Length).Select(t => isHidden(t) ? 0f : 1f).ToArray();
        var changed = m with
        {
            KeptRows = tensor(kept.Select(i => rows[i]).ToArray(), [kept.Length], device: m.Kept.device),
            KeptReadings = tensor(kept.Select(i => readings[i]).ToArray(), [kept.Length], device: m.Kept.device),
            Kept = m.Kept * tensor(visible, [batch.Length, 1, 1], device: m.Kept.device),
        };
        return batch with { Modalities = [.. batch.Modalities.Select((old, i) => i == modality ? changed : old)] };
    }

    private static long[] Longs(Tensor values) => MemoryMarshal.Cast<byte, long>(values.cpu().contiguous().bytes).ToArray();
}
