using Robotics.Core.Errors;
using Robotics.Data.Episodes;
using Robotics.Inference.Formats;

namespace Robotics.SequenceModels.Sequences;

/// <summary>
/// An episode by capture time: each modality's latest reading at each step, new or not, and its age. An image belongs to the
/// first step at or after its exposure, whenever it arrived; of two for one step the later counts. A reading with a number that is
/// not finite counts as missing. Immutable; thread-safe for reading.
/// </summary>
public sealed class EpisodeSequence
{
    private readonly int[][] _frame;
    private readonly float[][] _age;

    /// <summary>Aligns an episode.</summary>
    /// <exception cref="UserErrorException">The episode lacks a part of the layout.</exception>
    public EpisodeSequence(Episode episode, SequenceLayout layout)
    {
        if (episode.ActionDimension != layout.ActionDimension)
            throw new UserErrorException($"An episode of task '{episode.Header.Task}' has {episode.ActionDimension} action numbers where " +
                $"the estimator takes {layout.ActionDimension}; use the task that it was trained for.");
        if (layout.ActionHash.Length > 0 && episode.Header.ActionHash != layout.ActionHash)
        {
            throw new UserErrorException(
                $"An episode of task '{episode.Header.Task}' was recorded with other actions (joints, modes or ranges) than the estimator "
                + "takes; "
                + "use the robot and the task that it was trained for.");
        }

        (Episode, Layout) = (episode, layout);
        Vectors = [.. layout.Modalities.Select(m => m.IsImage ? [] : Select(episode, m))];
        Tracks = [.. layout.Modalities.Select(m => m.IsImage ? FindTrack(episode, m) : null)];
        _frame = [.. layout.Modalities.Select((_, m) => new int[Steps])];
        _age = [.. layout.Modalities.Select((_, m) => new float[Steps])];
        for (var m = 0; m < layout.Modalities.Count; m++)
            Align(m);
    }

    /// <summary>The episode.</summary>
    public Episode Episode { get; }

    /// <summary>The requested layout.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>Number of observations: one more than actions.</summary>
    public int Steps => Episode.Steps + 1;

    internal float[][] Vectors { get; }

    internal CameraTrack?[] Tracks { get; }

    /// <summary>True when a modality has a new reading at a step.</summary>
    public bool IsNew(int modality, int step) => _frame[modality][step] >= 0;

    /// <summary>Time from capture to the step, in steps, 0 to 1; 0 where nothing is new.</summary>
    public float Age(int modality, int step) => _age[modality][step];

    /// <summary>The values of a vector modality at a step.</summary>
    public ReadOnlySpan<float> Vector(int modality, int step)
    {
        var size = Layout.Modalities[modality].Dimension;
        return Vectors[modality].AsSpan(step * size, size);
    }

    /// <summary>The image of a camera that is new at a step.</summary>
    public ReadOnlySpan<byte> Image(int modality, int step) => Tracks[modality]!.Frame(_frame[modality][step]);

    private static float[] Select(Episode episode, SequenceModality modality)
    {
        var names = episode.Header.ObservationNames.ToList();
        var columns = modality.Elements.Select(e => names.IndexOf(e)).ToArray();
        if (columns.Contains(-1))
            throw new UserErrorException($"An episode of task '{episode.Header.Task}' observes no " +
                $"'{modality.Elements[Array.IndexOf(columns, -1)]}'; use the task that the estimator was trained for.");
        var values = new float[(episode.Steps + 1) * columns.Length];
        for (var t = 0; t <= episode.Steps; t++)
        {
            for (var i = 0; i < columns.Length; i++)
                values[(t * columns.Length) + i] = episode.Observations[(t * names.Count) + columns[i]];
        }

        return values;
    }

    private static CameraTrack FindTrack(Episode episode, SequenceModality modality)
    {
        var track = episode.Cameras.FirstOrDefault(c => c.Camera.Name == modality.Name)
            ?? throw new UserErrorException($"An episode of task '{episode.Header.Task}' has no images of camera '{modality.Name}'; " +
                "record it with the task that the estimator was trained for.");
        return track.Camera.Format() == modality.Image
            ? track
            : throw new UserErrorException($"Camera '{modality.Name}' has images of {track.Camera.Format()}, but the estimator takes " +
                $"{modality.Image}; record in that size.");
    }

    private void Align(int modality)
    {
        var track = Tracks[modality];
        for (var t = 0; t < Steps; t++)
            _frame[modality][t] = track is null && IsFinite(Vector(modality, t)) ? 0 : -1;
        if (track is null)
            return;
        var times = Episode.Times;
        var step = 0;
        foreach (var i in Enumerable.Range(0, track.Count).OrderBy(i => track.CapturedAt[i]))
        {
            while (step < Steps && times[step] < track.CapturedAt[i])
                step++;
            if (step == Steps)
                return;
            _frame[modality][step] = i;
            _age[modality][step] = (float)Math.Clamp((times[step] - track.CapturedAt[i]) / (Layout.PeriodSeconds * 1e9), 0, 1);
        }
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
