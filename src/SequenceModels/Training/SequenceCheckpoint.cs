using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Training;

/// <summary>
/// A sequence model in one safetensors file that describes itself: layout and options as JSON in the metadata, <c>model.KEY</c> for
/// every key of the model's state, and, for resuming, <c>adam.exp_avg.KEY</c>, <c>adam.exp_avg_sq.KEY</c>, <c>adam.steps</c> and
/// <c>updates</c>. Reading restores every bit. Not thread-safe.
/// </summary>
public static class SequenceCheckpoint
{
    /// <summary>Writes model and optimiser into a folder, whole or not at all.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="trainer">The trainer, with its progress.</param>
    /// <param name="metadata">Further entries of the metadata, for instance the command and the seed.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public static void Save(string folder, SequenceTrainer trainer, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var file = Describe(trainer.Model, metadata);
        file.Metadata[TorchVersion.Key] = TorchProcess.Version;
        file.Metadata["training"] = JsonSerializer.Serialize(trainer.Options, SequenceModelFile.Json);
        foreach (var (key, value) in trainer.Optimizer.Moments)
            file.Set($"adam.{key}", TensorData.From<float>(value.ToFloats(), value.shape));
        var steps = trainer.Optimizer.StepCounts;
        file.Set("adam.steps", TensorData.From<long>(steps, steps.Length));
        file.Set("updates", TensorData.From<long>([trainer.Updates], 1));
        file.Write(Path.Combine(folder, SequenceModelFile.FileName));
    }

    /// <summary>Writes the model alone, to be used and not trained further.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public static void SaveModel(string folder, SequenceModel model, IReadOnlyDictionary<string, string>? metadata = null) =>
        Describe(model, metadata).Write(Path.Combine(folder, SequenceModelFile.FileName));

    /// <summary>Loads the model of a folder.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind.</exception>
    public static SequenceModel Load(string folder) => Load(folder, change: null);

    /// <summary>Loads the model of a folder with other options that leave the sizes unchanged, for instance a likelihood's σ.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="change">Maps the options in the file to those to use; null for the same.</param>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind.</exception>
    public static SequenceModel Load(string folder, Func<SequenceModelOptions, SequenceModelOptions>? change)
    {
        var (file, path) = SequenceModelFile.Open(folder);
        var layout = SequenceModelFile.Parse<SequenceLayout>(file, "layout", path);
        var options = SequenceModelFile.Parse<SequenceModelOptions>(file, "options", path);
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

    /// <summary>Restores a trainer to the state of the folder's training; nothing changes unless everything fits.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, or of another model, training or libtorch version.</exception>
    public static void Resume(string folder, SequenceTrainer trainer)
    {
        var (file, path) = SequenceModelFile.Open(folder);
        TorchVersion.Require(file.Metadata.TryGetValue(TorchVersion.Key, out var version) ? version : null, folder);
        Require(file, path, "layout", trainer.Model.Layout);
        Require(file, path, "options", trainer.Model.Options);
        Require(file, path, "training", trainer.Options);
        var steps = file.Get<long>("adam.steps", path);
        if (steps.Length != trainer.Optimizer.StepCounts.Length || file.Get<long>("updates", path) is not [var updates])
            throw new UserErrorException($"The model in '{path}' is damaged: restore it from a copy or train anew.");
        Fill(file, path, [.. trainer.Model.state_dict().Select(t => ($"model.{t.Key}", t.Value)),
            .. trainer.Optimizer.Moments.Select(m => ($"adam.{m.Name}", m.Value))]);
        trainer.Optimizer.StepCounts = steps;
        trainer.Updates = updates;
    }

    private static SafetensorsFile Describe(SequenceModel model, IReadOnlyDictionary<string, string>? metadata)
    {
        var file = new SafetensorsFile();
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            file.Metadata[key] = value;
        file.Metadata["format"] = SequenceModelFile.Format;
        file.Metadata["format_version"] = $"{SequenceModelFile.Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        file.Metadata["layout"] = JsonSerializer.Serialize(model.Layout, SequenceModelFile.Json);
        file.Metadata["options"] = JsonSerializer.Serialize(model.Options, SequenceModelFile.Json);
        file.Metadata["action_space"] = model.Layout.ActionHash;
        foreach (var (key, value) in model.state_dict())
            file.Set($"model.{key}", TensorData.From<float>(value.ToFloats(), value.shape));
        return file;
    }

    /// <summary>Files of earlier versions lack newer settings, which then have their defaults.</summary>
    private static void Require<T>(SafetensorsFile file, string path, string key, T value)
    {
        if (JsonSerializer.Serialize(SequenceModelFile.Parse<T>(file, key, path), SequenceModelFile.Json)
            != JsonSerializer.Serialize(value, SequenceModelFile.Json))
            throw new UserErrorException(
                $"The training in '{path}' has another {key} than this one: give the settings it was started with, or another folder.");
    }

    private static void Fill(SafetensorsFile file, string path, IReadOnlyList<(string Key, Tensor Value)> into)
    {
        foreach (var (key, value) in into)
        {
            if (!file.Tensors.TryGetValue(key, out var stored) || !stored.Shape.SequenceEqual(value.shape))
                throw new UserErrorException($"The model in '{path}' lacks '{key}' of shape [{string.Join(", ", value.shape)}]: restore " +
                    "it from a copy or train anew.");
        }

        var values = into.Select(t => file.GetWeights(t.Key, path)).ToList();
        for (var i = 0; i < values.Count; i++)
            values[i].CopyTo(into[i].Value);
    }
}
