using Robotics.Inference.Formats;
using Robotics.SequenceModels.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// The encoders of all modalities. A modality's embedding ends with the reading's age in steps; a missing reading's embedding is zero, and
/// its mask is 0. Keys: <c>encoders.M.*</c> in the layout's order. Not thread-safe.
/// </summary>
public sealed class ObservationEncoder : nn.Module
{
    [ComponentName(Name = "encoders")]
    private readonly ModuleList<nn.Module<Tensor, Tensor>> _encoders;

    private readonly int[] _sizes;

    /// <summary>Creates the encoders.</summary>
    public ObservationEncoder(SequenceLayout layout, SequenceModelOptions options)
        : base(nameof(ObservationEncoder))
    {
        _encoders = new ModuleList<nn.Module<Tensor, Tensor>>([.. layout.Modalities.Select(m => Create(m, options))]);
        _sizes = [.. SizesOf(layout, options)];
        RegisterComponents();
    }

    /// <summary>[modality], embedding dimension, the age included.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    /// <summary>A modality's encoder: a <see cref="ImageEncoder"/> or a <see cref="VectorEncoder"/>.</summary>
    public nn.Module<Tensor, Tensor> this[int modality] => _encoders[modality];

    /// <summary>[modality], embedding dimension with these options, the age included.</summary>
    public static IReadOnlyList<int> SizesOf(SequenceLayout layout, SequenceModelOptions options) =>
        [.. layout.Modalities.Select(
            m => (m.Image is { } format ? ImageEncoder.SizeOf(format, options.Channels, options.Keypoints) : options.Embedding) + 1)];

    /// <summary>Embeds the readings that the encoder may use.</summary>
    /// <returns>Per modality [T × B × size].</returns>
    public IReadOnlyList<Tensor> Embed(SequenceBatch batch) => [.. batch.Modalities.Select((m, i) => Embed(batch, m, i))];

    /// <summary>All embeddings and masks of a step concatenated, for models that read them as one.</summary>
    public static Tensor Concatenate(IReadOnlyList<Tensor> embeddings, SequenceBatch batch) =>
        cat([.. embeddings, .. batch.Modalities.Select(m => m.Kept)], -1);

    /// <summary>Sets the statistics of the training data, and initialises fresh image encoders on its images.</summary>
    internal void SetStatistics(SequenceReplay replay)
    {
        for (var m = 0; m < _encoders.Count; m++)
        {
            if (_encoders[m] is VectorEncoder vector)
            {
                var (mean, std) = replay.Statistics(m);
                vector.SetStatistics(mean, std);
            }
            else if (_encoders[m] is ImageEncoder image)
            {
                using var scope = NewDisposeScope();
                if (replay.SampleImages(m) is { } images)
                    image.Initialise(images);
            }
        }
    }

    private Tensor Embed(SequenceBatch batch, ModalityBatch modality, int index)
    {
        var rows = (long)batch.Length * batch.Count;
        var empty = zeros([rows, _sizes[index]], device: batch.Valid.device);
        if (modality.KeptRows.shape[0] == 0)
            return empty.view(batch.Length, batch.Count, -1);
        var embedding = _encoders[index].forward(modality.Values.index_select(0, modality.KeptReadings));
        var aged = cat([embedding, modality.Ages.index_select(0, modality.KeptReadings)], -1);
        return empty.index_add(0, modality.KeptRows, aged, 1).view(batch.Length, batch.Count, -1);
    }

    private static nn.Module<Tensor, Tensor> Create(SequenceModality modality, SequenceModelOptions options) => modality.Image is { } format
        ? new ImageEncoder(format, options.Channels, options.Keypoints)
        : new VectorEncoder(modality.Dimension, options.Hidden, options.Embedding);
}
