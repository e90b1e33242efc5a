using System.Text.Json;
using Robotics.Core;
using Robotics.Data;
using Robotics.Torch;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>
/// A sequence model in one safetensors file that describes itself: layout and options as JSON in the metadata, <c>model.KEY</c> for
/// every key of the model's state, and, for resuming, <c>adam.exp_avg.KEY</c>, <c>adam.exp_avg_sq.KEY</c>, <c>adam.steps</c> and
/// <c>updates</c>. Reading gives back every bit. Not thread-safe.
/// </summary>
public static class SequenceCheckpoint
{
    /// <summary>The file's name in a folder.</summary>
    public const string FileName = "estimator.safetensors";

    private const string Format = "robotics.sequence-model";
    private const int Version = 1;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes model and optimiser into a folder, whole or not at all.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="trainer">What is trained, and how far.</param>
    /// <param name="notes">Further texts for the metadata, for instance the command and the seed.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public static void Save(string folder, SequenceTrainer trainer, IReadOnlyDictionary<string, string>? notes = null)
    {
        var file = Describe(trainer.Model, notes);
        file.Metadata[TorchVersion.Key] = TorchProcess.Version;
        file.Metadata["training"] = JsonSerializer.Serialize(trainer.Options, Json);
        foreach (var (key, value) in trainer.Optimizer.Moments)
            file.Set($"adam.{key}", TensorData.Of<float>(value.ToFloats(), value.shape));
        var steps = trainer.Optimizer.StepCounts;
        file.Set("adam.steps", TensorData.Of<long>(steps, steps.Length));
        file.Set("updates", TensorData.Of<long>([trainer.Updates], 1));
        file.Write(Path.Combine(folder, FileName));
    }

    /// <summary>Writes the model alone, to be used and not trained further.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public static void SaveModel(string folder, SequenceModel model, IReadOnlyDictionary<string, string>? notes = null) =>
        Describe(model, notes).Write(Path.Combine(folder, FileName));

    /// <summary>Makes the model that a folder holds.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program or something else.</exception>
    public static SequenceModel Load(string folder) => Load(folder, change: null);

    /// <summary>Makes the model that a folder holds, with other options that leave the sizes as they are, for instance a likelihood's σ.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="change">Makes the options of those in the file; null for those.</param>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program or something else.</exception>
    public static SequenceModel Load(string folder, Func<SequenceModelOptions, SequenceModelOptions>? change)
    {
        var (file, path) = Open(folder);
        var layout = Parse<SequenceLayout>(file, "layout", path);
        var options = Parse<SequenceModelOptions>(file, "options", path);
        options = change is null ? options : change(options);
        var model = SequenceModel.Create(layout, options, default);
        try
        {
            Fill(file, path, [.. model.state_dict().Select(t => ($"model.{t.Key}", t.Value))]);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What the model that a folder holds takes in.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program or something else.</exception>
    public static SequenceLayout LayoutOf(string folder) => Read(folder).Layout;

    /// <summary>What the file of a folder says of itself: the notes it was saved with among it.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program or something else.</exception>
    public static IReadOnlyDictionary<string, string> NotesOf(string folder) => new Dictionary<string, string>(Open(folder).File.Metadata);

    /// <summary>The arrays of the model that a folder holds, without libtorch.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program or something else.</exception>
    internal static SequenceArrays Read(string folder)
    {
        var (file, path) = Open(folder);
        return new SequenceArrays(
            Parse<SequenceLayout>(file, "layout", path),
            Parse<SequenceModelOptions>(file, "options", path),
            key => file.GetWeights($"model.{key}", path));
    }

    /// <summary>Puts a trainer where the folder's training was; nothing changes unless everything fits.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, or another model's or another training's, or of another version of libtorch.</exception>
    public static void Resume(string folder, SequenceTrainer trainer)
    {
        var (file, path) = Open(folder);
        TorchVersion.Require(file.Metadata.TryGetValue(TorchVersion.Key, out var version) ? version : null, folder);
        Require(file, path, "layout", trainer.Model.Layout);
        Require(file, path, "options", trainer.Model.Options);
        Require(file, path, "training", trainer.Options);
        var steps = file.Get<long>("adam.steps", path);
        if (steps.Length != trainer.Optimizer.StepCounts.Length || file.Get<long>("updates", path) is not [var updates])
            throw new UserErrorException($"The model in '{path}' is damaged: restore it from a copy or train anew.");
        Fill(file, path, [.. trainer.Model.state_dict().Select(t => ($"model.{t.Key}", t.Value)), .. trainer.Optimizer.Moments.Select(m => ($"adam.{m.Name}", m.Value))]);
        trainer.Optimizer.StepCounts = steps;
        trainer.Updates = updates;
    }

    /// <summary>Whether a folder holds a sequence model.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    private static SafetensorsFile Describe(SequenceModel model, IReadOnlyDictionary<string, string>? notes)
    {
        var file = new SafetensorsFile();
        foreach (var (key, value) in notes ?? new Dictionary<string, string>())
            file.Metadata[key] = value;
        file.Metadata["format"] = Format;
        file.Metadata["format_version"] = $"{Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        file.Metadata["layout"] = JsonSerializer.Serialize(model.Layout, Json);
        file.Metadata["options"] = JsonSerializer.Serialize(model.Options, Json);
        file.Metadata["action_space"] = model.Layout.ActionHash;
        foreach (var (key, value) in model.state_dict())
            file.Set($"model.{key}", TensorData.Of<float>(value.ToFloats(), value.shape));
        return file;
    }

    private static (SafetensorsFile File, string Path) Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "a sequence model", Format, Version, file.Metadata);
        return (file, path);
    }

    private static T Parse<T>(SafetensorsFile file, string key, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Metadata.TryGetValue(key, out var text) ? text : "", Json) ?? throw new JsonException("empty");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"The model in '{path}' does not say its {key}: restore it from a copy or train anew.", e);
        }
    }

    /// <summary>Files of earlier versions lack newer settings, which then have their defaults.</summary>
    private static void Require<T>(SafetensorsFile file, string path, string key, T value)
    {
        if (JsonSerializer.Serialize(Parse<T>(file, key, path), Json) != JsonSerializer.Serialize(value, Json))
            throw new UserErrorException($"The training in '{path}' has another {key} than this one: give the settings it was started with, or another folder.");
    }

    private static void Fill(SafetensorsFile file, string path, IReadOnlyList<(string Key, Tensor Value)> into)
    {
        foreach (var (key, value) in into)
        {
            if (!file.Tensors.TryGetValue(key, out var stored) || !stored.Shape.SequenceEqual(value.shape))
                throw new UserErrorException($"The model in '{path}' lacks '{key}' of shape [{string.Join(", ", value.shape)}]: restore it from a copy or train anew.");
        }

        var values = into.Select(t => file.GetWeights(t.Key, path)).ToList();
        for (var i = 0; i < values.Count; i++)
            values[i].CopyTo(into[i].Value);
    }
}
