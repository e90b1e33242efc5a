using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;

namespace Robotics.Data.Episodes;

/// <summary>
/// The file of an episode: safetensors, one array per field of <see cref="Episode"/>, times as I64 nanoseconds, flags as U8.
/// Metadata: format, format_version, commit, task, task_hash, observation_hash, action_hash, partial, diverged (where it is), and the
/// whole header as JSON under <c>episode</c>. Version 2 adds the images of cameras and the true observations; an episode
/// without either is still written as version 1.
/// </summary>
internal static class EpisodeFormat
{
    public const string Name = "robotics-episode";
    public const int Version = 2;
    private const int VersionWithoutCameras = 1;
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    public static void Write(string path, Episode episode)
    {
        var (t, h) = (episode.Steps, episode.Header);
        var file = new SafetensorsFile();
        file.Set("observations", TensorData.From<float>(episode.Observations, t + 1, h.ObservationNames.Count));
        file.Set("actions", TensorData.From<float>(episode.Actions, t, h.ActionNames.Count));
        file.Set("commands_requested", TensorData.From<double>(episode.Requested, t, h.CommandNames.Count));
        file.Set("commands_applied", TensorData.From<double>(episode.Applied, t, h.CommandNames.Count));
        file.Set("rewards", TensorData.From<float>(episode.Rewards, t));
        file.Set("times", TensorData.From<long>(episode.Times, t + 1));
        file.Set("flags", TensorData.From(MemoryMarshal.Cast<StepFlags, byte>(episode.Flags), t));
        file.Set("predicted_returns", TensorData.From<float>(episode.PredictedReturns, t));
        file.Set("disagreements", TensorData.From<float>(episode.Disagreements, t));
        file.Set("plan_nanoseconds", TensorData.From<long>(episode.PlanNanoseconds, t));
        if (h.HasTruth)
            file.Set("truth", TensorData.From<float>(episode.Truth, t + 1, h.ObservationNames.Count));
        foreach (var track in episode.Cameras)
            CameraFormat.Write(file, track);
        foreach (var (name, value) in h.Goals)
            file.Set($"goals.{name}", TensorData.From<double>(value, value.Length));
        Describe(file.Metadata, episode);
        file.Write(path);
    }

    public static Episode Read(string path)
    {
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "an episode", Name, Version, file.Metadata);
        var header = ParseHeader(path, file.Metadata.TryGetValue("episode", out var json) ? json : "");
        var episode = new Episode
        {
            Header = header,
            IsPartial = file.Metadata.TryGetValue("partial", out var partial) && partial == "true",
            IsDiverged = file.Metadata.TryGetValue("diverged", out var diverged) && diverged == "true",
            Observations = file.Get<float>("observations", path),
            Actions = file.Get<float>("actions", path),
            Requested = file.Get<double>("commands_requested", path),
            Applied = file.Get<double>("commands_applied", path),
            Rewards = file.Get<float>("rewards", path),
            Times = file.Get<long>("times", path),
            Flags = MemoryMarshal.Cast<byte, StepFlags>(file.Get<byte>("flags", path)).ToArray(),
            PredictedReturns = file.Get<float>("predicted_returns", path),
            Disagreements = file.Get<float>("disagreements", path),
            PlanNanoseconds = file.Get<long>("plan_nanoseconds", path),
            Truth = header.HasTruth ? file.Get<float>("truth", path) : [],
            Cameras = [.. header.Cameras.Select(c => CameraFormat.Read(file, c, path))],
        };
        CheckShapes(path, episode);
        return episode;
    }

    public static EpisodeHeader ParseHeader(string path, ReadOnlySpan<char> json)
    {
        try
        {
            var header = JsonSerializer.Deserialize<EpisodeHeader>(json, Json);
            if (header is null || HasGaps(header))
                throw new UserErrorException($"'{path}' has no whole description of its episode: it was written by something else.");
            return header;
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"'{path}' has no readable description of its episode: it was written by something else.", e);
        }
    }

    // The reader of JSON checks properties, but not the items of lists.
    private static bool HasGaps(EpisodeHeader header) =>
        header.ObservationNames.Concat(header.ActionNames).Concat(header.CommandNames).Any(n => n is null)
        || header.Cameras.Any(c => c is null) || header.Goals.Values.Any(v => v is null);

    private static void Describe(IDictionary<string, string> metadata, Episode episode)
    {
        var h = episode.Header;
        metadata["format"] = Name;
        metadata["format_version"] = (h.HasTruth || h.Cameras.Count > 0 ? Version : VersionWithoutCameras).ToString(
            CultureInfo.InvariantCulture);
        metadata["commit"] = h.Commit;
        metadata["task"] = h.Task;
        metadata["task_hash"] = h.TaskHash;
        metadata["observation_hash"] = h.ObservationHash;
        metadata["action_hash"] = h.ActionHash;
        metadata["partial"] = episode.IsPartial ? "true" : "false";
        if (episode.IsDiverged)
            metadata["diverged"] = "true";
        metadata["episode"] = JsonSerializer.Serialize(h, Json);
    }

    private static void CheckShapes(string path, Episode e)
    {
        var (t, h) = (e.Steps, e.Header);
        var fits = e.Observations.Length == (t + 1) * h.ObservationNames.Count && e.Actions.Length == t * h.ActionNames.Count
            && e.Requested.Length == t * h.CommandNames.Count && e.Applied.Length == e.Requested.Length && e.Times.Length == t + 1
            && e.Flags.Length == t && e.PredictedReturns.Length == t && e.Disagreements.Length == t && e.PlanNanoseconds.Length == t
            && (!h.HasTruth || e.Truth.Length == e.Observations.Length);
        if (!fits)
            throw new UserErrorException($"'{path}' holds arrays whose lengths do not agree: it was written by something else.");
    }
}
