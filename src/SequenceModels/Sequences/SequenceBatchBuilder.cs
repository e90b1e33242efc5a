using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Inference.Formats;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Sequences;

/// <summary>Copies slices of episodes into a batch. Not thread-safe; one batch at a time.</summary>
/// <param name="layout">Layout of the batch.</param>
/// <param name="length">T.</param>
/// <param name="device">Device of the tensors.</param>
internal sealed class SequenceBatchBuilder(SequenceLayout layout, int length, Device device)
{
    /// <summary>Creates a batch in the current dispose scope.</summary>
    /// <param name="slices">Starts of the sequences.</param>
    /// <param name="dropout">Dropout of the encoder's inputs.</param>
    /// <param name="random">Random generator of the dropout.</param>
    public SequenceBatch Build(IReadOnlyList<SequenceSlice> slices, ModalityDropout dropout, ref RandomStream random)
    {
        var (b, a) = (slices.Count, layout.ActionDimension);
        var actions = new float[length * b * a];
        var (rewards, known, valid) = (new float[length * b], new float[length * b], new float[length * b]);
        var kept = new bool[b][][];
        for (var i = 0; i < b; i++)
        {
            kept[i] = dropout.Sample(layout.Modalities.Count, length, ref random);
            var (sequence, start) = slices[i];
            for (var t = 0; t < length && start + t < sequence.Steps; t++)
            {
                var row = (t * b) + i;
                valid[row] = 1;
                if (start + t == 0)
                    continue;
                sequence.Episode.Action(start + t - 1).CopyTo(actions.AsSpan(row * a, a));
                (rewards[row], known[row]) = (sequence.Episode.Rewards[start + t - 1], 1);
            }
        }

        return new SequenceBatch(
            From(actions, length, b, a), From(rewards, length, b, 1), From(known, length, b, 1), From(valid, length, b, 1),
            [.. layout.Modalities.Select((_, m) => BuildModality(m, slices, kept))]);
    }

    private ModalityBatch BuildModality(int m, IReadOnlyList<SequenceSlice> slices, bool[][][] kept)
    {
        var (rows, ages) = (new List<long>(), new List<float>());
        var (keptReadings, keptRows) = (new List<long>(), new List<long>());
        var mask = new float[length * slices.Count];
        for (var t = 0; t < length; t++)
        {
            for (var i = 0; i < slices.Count; i++)
            {
                var (sequence, step) = (slices[i].Sequence, slices[i].Start + t);
                if (step >= sequence.Steps || !sequence.IsNew(m, step))
                    continue;
                var row = (t * slices.Count) + i;
                if (kept[i][m][t])
                {
                    keptReadings.Add(rows.Count);
                    keptRows.Add(row);
                    mask[row] = 1;
                }

                rows.Add(row);
                ages.Add(sequence.Age(m, step));
            }
        }

        var values = layout.Modalities[m].Image is { } format ? Images(m, format, slices, rows) : Vectors(m, slices, rows);
        return new ModalityBatch(
            values, From(rows), From([.. ages], rows.Count, 1), From(keptReadings), From(keptRows), From(mask, length, slices.Count, 1));
    }

    private Tensor Vectors(int m, IReadOnlyList<SequenceSlice> slices, List<long> rows)
    {
        var size = layout.Modalities[m].Dimension;
        var values = new float[rows.Count * size];
        for (var r = 0; r < rows.Count; r++)
        {
            var slice = slices[(int)(rows[r] % slices.Count)];
            slice.Sequence.Vector(m, slice.Start + (int)(rows[r] / slices.Count)).CopyTo(values.AsSpan(r * size));
        }

        return From(values, rows.Count, size);
    }

    private Tensor Images(int m, ImageFormat format, IReadOnlyList<SequenceSlice> slices, List<long> rows)
    {
        var bytes = new byte[rows.Count * format.ByteCount];
        for (var r = 0; r < rows.Count; r++)
        {
            var slice = slices[(int)(rows[r] % slices.Count)];
            slice.Sequence.Image(m, slice.Start + (int)(rows[r] / slices.Count)).CopyTo(bytes.AsSpan(r * format.ByteCount));
        }

        var images = tensor(bytes, [rows.Count, format.Height, format.Width, format.Channels], device: device);
        return (images.permute(0, 3, 1, 2).to(ScalarType.Float32) / 255 - 0.5).contiguous();
    }

    private Tensor From(float[] values, params long[] shape) => tensor(values, shape, device: device);

    private Tensor From(List<long> values) => tensor([.. values], [values.Count], device: device);
}
