using System.Text.Json;
using System.Text.Json.Nodes;
using Robotics.Core.Errors;
using Robotics.Data.Storage;

namespace Robotics.Data.Checkpoints;

/// <summary>
/// A checkpoint: a folder with <c>manifest.json</c> and the model's files in <c>model/</c>. It is written next to its place,
/// forced to the disk and renamed, with the previous one kept until then: a reader finds the old or the new one, never half.
/// </summary>
public static class Checkpoint
{
    private const string Format = "robotics-checkpoint";
    private const int Version = 1;
    private const string ManifestName = "manifest.json";
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    /// <summary>The folder with the model's files.</summary>
    public static string ModelFolder(string folder) => Path.Combine(folder, "model");

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="folder">Its place; what is there is replaced.</param>
    /// <param name="manifest">Description of the checkpoint.</param>
    /// <param name="writeModel">Writes the model's files into the folder that it is given.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable; the previous checkpoint is unchanged.</exception>
    public static void Write(string folder, CheckpointManifest manifest, Action<string> writeModel)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var (temporary, previous) = (place + ".writing", place + ".previous");
        StorageError.Guard(folder, "write", () =>
        {
            Restore(place);
            DeleteIfThere(temporary);
            try
            {
                Fill(temporary, manifest, writeModel);
            }
            catch
            {
                DeleteIfThere(temporary);
                throw;
            }

            DeleteIfThere(previous);
            if (Directory.Exists(place))
                Directory.Move(place, previous);
            Directory.Move(temporary, place);
            DiskSync.Folder(Path.GetDirectoryName(place)!);
            DeleteIfThere(previous);
        });
    }

    /// <summary>True when there is a checkpoint, or a previous one that a killed writer left.</summary>
    public static bool Exists(string folder)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return File.Exists(Path.Combine(place, ManifestName)) || File.Exists(Path.Combine(place + ".previous", ManifestName));
    }

    /// <summary>Reads what a checkpoint is of. A previous one that a killed writer left is put back first.</summary>
    /// <exception cref="UserErrorException">It is missing, damaged, newer than this program or something else.</exception>
    public static CheckpointManifest ReadManifest(string folder)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        StorageError.Guard(folder, "write", () => Restore(place));
        var path = Path.Combine(place, ManifestName);
        if (!File.Exists(path))
            throw new UserErrorException($"There is no checkpoint in '{folder}'; train first or check the path.");
        var text = StorageError.Guard(path, "read", () => File.ReadAllText(path));
        try
        {
            var json = JsonNode.Parse(text)?.AsObject() ?? throw new JsonException("empty");
            FormatVersion.Check(path, "a checkpoint", Format, Version, json
                .Where(p => p.Key is "format" or "format_version")
                .Select(p => KeyValuePair.Create(p.Key, p.Value?.ToString() ?? "")));
            return json["checkpoint"].Deserialize<CheckpointManifest>(Readable) ?? throw new JsonException("empty");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new UserErrorException($"'{path}' is not a readable manifest; restore the checkpoint from a copy or train again.", e);
        }
    }

    /// <summary>Reads a checkpoint's manifest and refuses another task's.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="expected">The task at hand: its hashes must agree; seed, trial and commit are not compared.</param>
    /// <exception cref="UserErrorException">It is missing, damaged, newer than this program, or of another task.</exception>
    public static CheckpointManifest Open(string folder, CheckpointManifest expected)
    {
        var found = ReadManifest(folder);
        if (found.ObservationHash != expected.ObservationHash)
            throw Mismatch(folder, found, expected, "observations differ");
        if (found.ActionHash != expected.ActionHash)
            throw Mismatch(folder, found, expected, "actions differ");
        if (found.TaskHash != expected.TaskHash)
            throw Mismatch(folder, found, expected, "reward, ends or rates differ");
        return found;
    }

    private static void Fill(string folder, CheckpointManifest manifest, Action<string> writeModel)
    {
        Directory.CreateDirectory(ModelFolder(folder));
        writeModel(ModelFolder(folder));
        File.WriteAllText(Path.Combine(folder, ManifestName), Serialize(manifest));
        DiskSync.Tree(folder);
    }

    private static UserErrorException Mismatch(string folder, CheckpointManifest found, CheckpointManifest expected, string how) =>
        new(
            $"The checkpoint '{folder}' is of task '{found.Task}' as it was at commit {found.Commit}, not of this '{expected.Task}': "
            + $"their {how}; use the task it was trained on or train again.");

    private static string Serialize(CheckpointManifest manifest) => new JsonObject
    {
        ["format"] = Format,
        ["format_version"] = Version,
        ["checkpoint"] = JsonSerializer.SerializeToNode(manifest, Readable),
    }.ToJsonString(Readable);

    private static void Restore(string place)
    {
        if (Directory.Exists(place + ".previous") && !Directory.Exists(place))
            Directory.Move(place + ".previous", place);
    }

    private static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
