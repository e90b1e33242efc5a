using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// An ensemble with its optimiser in one safetensors file: <c>model.KEY</c> for every key of the network's state,
/// <c>adam.exp_avg.KEY</c> and <c>adam.exp_avg_sq.KEY</c> for every parameter, <c>adam.step</c>. Reading restores every bit.
/// </summary>
internal sealed class EnsembleCheckpoint(
    ProbabilisticEnsemble model, FusedAdam optimizer, ObservationSpace observations, ActionSpace actions, double controlPeriodSeconds)
{
    public const string FileName = "ensemble.safetensors";
    private const string Format = "robotics.probabilistic-ensemble";
    private const int Version = 1;
    private const string StepKey = "adam.step";
    private const string TargetUnitKey = "model.target_std";

    /// <summary>Writes the file into a folder, whole or not at all.</summary>
    public void Save(string folder)
    {
        using var scope = NewDisposeScope();
        var file = new SafetensorsFile();
        file.Metadata["format"] = Format;
        file.Metadata["format_version"] = $"{Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        foreach (var (key, value) in Task())
            file.Metadata[key] = value;
        foreach (var (key, value) in Tensors())
            file.Set(key, TensorData.From<float>(value.ToFloats(), value.shape));
        file.Set(StepKey, TensorData.From<long>([optimizer.StepCount], 1));
        file.Write(Path.Combine(folder, FileName));
    }

    /// <summary>Reads the file of a folder; nothing changes unless everything fits.</summary>
    /// <exception cref="UserErrorException">It is missing, damaged, or another task's or another model's.</exception>
    public void Load(string folder)
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "a probabilistic ensemble", Format, Version, file.Metadata);
        RequireTask(file, path);
        // Files written before targets could be normalised predict in the targets' own units.
        if (!file.Tensors.ContainsKey(TargetUnitKey))
            file.Set(TargetUnitKey, TensorData.From<float>(Enumerable.Repeat(1f, model.Outputs).ToArray(), 1, model.Outputs));
        var tensors = Tensors().ToList();
        foreach (var (key, value) in tensors)
        {
            if (!file.Tensors.TryGetValue(key, out var stored) || !stored.Shape.SequenceEqual(value.shape))
                throw new UserErrorException($"The model in '{path}' has other layers than the configuration asks for ('{key}' should be " +
                    $"[{string.Join(", ", value.shape)}]): restore the options it was trained with, or train anew.");
        }

        var values = tensors.ConvertAll(t => file.GetWeights(t.Key, path));
        if (file.Get<long>(StepKey, path) is not [var step])
            throw new UserErrorException($"The model in '{path}' is damaged ('{StepKey}' is not one number): restore it from a copy.");
        optimizer.StepCount = step;
        for (var i = 0; i < values.Count; i++)
            values[i].CopyTo(tensors[i].Value);
    }

    private IEnumerable<(string Key, Tensor Value)> Tensors() =>
        model.state_dict().Select(t => ($"model.{t.Key}", t.Value)).Concat(optimizer.Moments.Select(t => ($"adam.{t.Name}", t.Value)));

    private IEnumerable<(string Key, string Value)> Task() =>
    [
        ("observation_space", observations.Hash),
        ("action_space", actions.Hash),
        ("control_period_seconds", controlPeriodSeconds.ToString("R", CultureInfo.InvariantCulture)),
    ];

    private void RequireTask(SafetensorsFile file, string path)
    {
        foreach (var (key, value) in Task())
        {
            if (!file.Metadata.TryGetValue(key, out var stored) || stored != value)
                throw new UserErrorException($"The model in '{path}' was trained for another task (its {key.Replace('_', ' ')} is " +
                    $"{stored ?? "unknown"}, this task's is {value}): give this task's model, or train anew.");
        }
    }
}
