using System.Text.Json.Serialization;
using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Core.Streams;
using Robotics.Data.Episodes;

namespace Robotics.Inference.Formats;

/// <summary>One kind of observation in recorded sequences: some elements of the observation vector, or a camera. Immutable.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Elements">Names of the observation's elements, in order; empty for a camera.</param>
/// <param name="Image">Format of a camera's images; null for a vector.</param>
public sealed record SequenceModality(string Name, IReadOnlyList<string> Elements, ImageFormat? Image)
{
    /// <summary>True for a camera.</summary>
    [JsonIgnore]
    public bool IsImage => Image is not null;

    /// <summary>Dimension of one reading.</summary>
    [JsonIgnore]
    public int Dimension => Image?.ByteCount ?? Elements.Count;
}

/// <summary>Input layout of a sequence model: modalities, actions, and the time between two steps. Immutable; thread-safe.</summary>
/// <param name="Modalities">The modalities in the model's order.</param>
/// <param name="ActionDimension">Action dimension; each element is in [−1, 1].</param>
/// <param name="PeriodSeconds">Time between two steps, s.</param>
/// <param name="ActionHash">Identifies the meaning of the actions; see <see cref="ActionSpace.Hash"/>.</param>
public sealed record SequenceLayout(
    IReadOnlyList<SequenceModality> Modalities, int ActionDimension, double PeriodSeconds, string ActionHash = "")
{
    /// <summary>The layout of an episode.</summary>
    /// <param name="header">The episode's header.</param>
    /// <param name="terms">Observed terms of the modality <c>joints</c> (<c>q</c>: all elements <c>q.…</c>); may be empty.</param>
    /// <param name="cameras">Names of cameras.</param>
    /// <exception cref="UserErrorException">The episode lacks a term or a camera.</exception>
    public static SequenceLayout From(EpisodeHeader header, IReadOnlyList<string> terms, IReadOnlyList<string> cameras)
    {
        var modalities = new List<SequenceModality>();
        if (terms.Count > 0)
            modalities.Add(new SequenceModality("joints", [.. terms.SelectMany(t => ElementsOf(header, t))], null));
        modalities.AddRange(cameras.Select(c => new SequenceModality(c, [], FindCamera(header, c).Format())));
        if (modalities.Count == 0)
            throw new UserErrorException($"An estimator of task '{header.Task}' would have no observations; name terms or cameras.");
        return new SequenceLayout(modalities, header.ActionNames.Count, header.PeriodSeconds, header.ActionHash);
    }

    /// <summary>The modalities as the estimator interface describes them.</summary>
    /// <param name="embeddings">[modality], embedding dimension of a reading.</param>
    public IReadOnlyList<ModalitySpec> ToSpecs(IReadOnlyList<int> embeddings) =>
        [.. Modalities.Select((m, i) => new ModalitySpec(m.Name, m.Dimension, embeddings[i]))];

    /// <summary>A text that is equal for equal layouts, for files.</summary>
    public string Hash() => SpaceHash.From(
        [.. Modalities.Select(m => $"{m.Name}|{string.Join(',', m.Elements)}|{m.Image}"),
            $"{ActionDimension}", $"{PeriodSeconds:R}", ActionHash]);

    private static List<string> ElementsOf(EpisodeHeader header, string term)
    {
        var found = header.ObservationNames.Where(n => n == term || n.StartsWith(term + ".", StringComparison.Ordinal)).ToList();
        return found.Count > 0
            ? found
            : throw new UserErrorException(
                $"Task '{header.Task}' observes no '{term}'; it observes {string.Join(", ", header.ObservationNames)}.");
    }

    private static CameraHeader FindCamera(EpisodeHeader header, string camera) => header.Cameras.FirstOrDefault(c => c.Name == camera)
        ?? throw new UserErrorException($"The episodes of task '{header.Task}' have no images of camera '{camera}'; add it under " +
            "simulation: cameras: in the task and record again.");
}
