using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.Inference.Formats;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Sequences;

/// <summary>Episodes in memory from which batches of sequences are sampled. Not thread-safe; not for the tick path.</summary>
public sealed class SequenceReplay(SequenceLayout layout)
{
    private readonly List<EpisodeSequence> _sequences = [];

    /// <summary>Layout of the batches.</summary>
    public SequenceLayout Layout => layout;

    /// <summary>The episodes in the order in which they were added.</summary>
    public IReadOnlyList<EpisodeSequence> Sequences => _sequences;

    /// <summary>
    /// Fraction of a batch's sequences from the episodes from <see cref="PreferredFrom"/> on, 0 to 1; null: uniform over all.
    /// Default: null.
    /// </summary>
    public double? PreferredShare { get; set; }

    /// <summary>The first episode of those that are preferred. Default: 0.</summary>
    public int PreferredFrom { get; set; }

    /// <summary>Adds an episode; one without a step is left out.</summary>
    /// <exception cref="UserErrorException">It lacks a part of the layout.</exception>
    public void Add(Episode episode)
    {
        if (episode.Steps > 0)
            _sequences.Add(new EpisodeSequence(episode, layout));
    }

    /// <summary>
    /// Samples a batch: episodes (except for a preference) and starts uniformly, with every step that leaves room for a sequence
    /// equally likely as a start.
    /// </summary>
    /// <param name="count">B.</param>
    /// <param name="length">T.</param>
    /// <param name="dropout">Dropout of the encoder's inputs.</param>
    /// <param name="key">Random key of this batch.</param>
    /// <param name="device">Device of the batch's tensors.</param>
    /// <exception cref="UserErrorException">There are no episodes.</exception>
    public SequenceBatch Sample(int count, int length, ModalityDropout dropout, RandomKey key, Device device)
    {
        if (_sequences.Count == 0)
            throw new UserErrorException("There are no episodes to learn from; collect some first.");
        var random = key.OpenStream();
        var (slices, episodes) = (new SequenceSlice[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            episodes[i] = SampleEpisode(ref random);
            var sequence = _sequences[episodes[i]];
            slices[i] = new SequenceSlice(sequence, random.NextInt32(Math.Max(1, sequence.Steps - length + 1)));
        }

        return new SequenceBatchBuilder(layout, length, device).Build(slices, dropout, ref random) with { Episodes = episodes };
    }

    /// <summary>One batch of episodes from their first steps on, everything visible.</summary>
    /// <param name="first">The first episode.</param>
    /// <param name="count">Number of episodes.</param>
    /// <param name="length">T; shorter episodes are padded with steps that are not valid.</param>
    /// <param name="device">Device of the batch's tensors.</param>
    public SequenceBatch Whole(int first, int count, int length, Device device)
    {
        var random = default(RandomKey).OpenStream();
        return new SequenceBatchBuilder(layout, length, device).Build(
            [.. _sequences.Skip(first).Take(count).Select(s => new SequenceSlice(s, 0))], ModalityDropout.None, ref random);
    }

    /// <summary>
    /// Some images of a camera, the same ones each time, in the current dispose scope: [N × channel × height × width], between −0.5
    /// and 0.5. Null when there are none.
    /// </summary>
    public Tensor? SampleImages(int modality, int most = 400)
    {
        var readings = Sample(most, 1, ModalityDropout.None, default, CPU).Modalities[modality];
        return readings.Count == 0 ? null : readings.Values;
    }

    /// <summary>Number of readings of a modality over all episodes.</summary>
    public long ReadingsOf(int modality) => _sequences.Sum(s => (long)Enumerable.Range(0, s.Steps).Count(t => s.IsNew(modality, t)));

    /// <summary>True when a camera shows the same colour in every pixel of every image; false when there is no image.</summary>
    public bool ShowsOneColour(int modality)
    {
        var channels = layout.Modalities[modality].Image!.Value.Channels;
        byte[]? colour = null;
        foreach (var sequence in _sequences)
        {
            for (var t = 0; t < sequence.Steps; t++)
            {
                if (!sequence.IsNew(modality, t))
                    continue;
                var image = sequence.Image(modality, t);
                colour ??= image[..channels].ToArray();
                for (var i = 0; i < image.Length; i++)
                {
                    if (image[i] != colour[i % channels])
                        return false;
                }
            }
        }

        return colour is not null;
    }

    /// <summary>Mean and std of each element of a vector modality over all readings; 0 and 1 for a camera.</summary>
    public (float[] Mean, float[] StandardDeviation) Statistics(int modality)
    {
        var size = layout.Modalities[modality].IsImage ? 0 : layout.Modalities[modality].Dimension;
        var (sum, squares, count) = (new double[size], new double[size], 0L);
        foreach (var sequence in _sequences)
        {
            for (var t = 0; size > 0 && t < sequence.Steps; t++)
            {
                if (!sequence.IsNew(modality, t))
                    continue;
                count++;
                var values = sequence.Vector(modality, t);
                for (var i = 0; i < size; i++)
                    (sum[i], squares[i]) = (sum[i] + values[i], squares[i] + ((double)values[i] * values[i]));
            }
        }

        var n = Math.Max(1, count);
        var mean = sum.Select(s => s / n).ToArray();
        return ([.. mean.Select(m => (float)m)],
            [.. squares.Select((s, i) => (float)Math.Max(1e-3, Math.Sqrt(Math.Max(0, (s / n) - (mean[i] * mean[i])))))]);
    }

    private int SampleEpisode(ref RandomStream random)
    {
        var (from, count) = (0, _sequences.Count);
        if (PreferredShare is { } share && PreferredFrom > 0 && PreferredFrom < _sequences.Count)
            (from, count) = random.NextUniform(0, 1) < share ? (PreferredFrom, _sequences.Count - PreferredFrom) : (0, PreferredFrom);
        return from + random.NextInt32(count);
    }
}
