using System.Globalization;
using Robotics.Configuration.Tasks;
using Robotics.Inference.Formats;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Latent;

/// <summary>Origin and progress of a training, kept in the metadata of its checkpoint to resume from. One thread.</summary>
internal sealed class TrainingState
{
    private const string LastRoundKey = "foresight_rounds";
    private const string FinalUpdatesKey = "foresight_final_updates";
    private readonly Dictionary<string, string> _metadata;

    /// <summary>State of a training that begins.</summary>
    public TrainingState(RunContext context, TaskDefinition task) => _metadata = new()
    {
        ["command"] = context.CommandLine,
        ["seed"] = context.Seed.ToString(CultureInfo.InvariantCulture),
        ["task"] = task.Name,
        ["task_hash"] = task.Hash,
    };

    /// <summary>The entries for the files' metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Number of the last finished round; null before the first.</summary>
    public int? LastRound
    {
        get => Number(LastRoundKey);
        set => Set(LastRoundKey, value);
    }

    /// <summary>Gradient steps of the multi-step dynamics taken after the last round.</summary>
    public int FinalUpdates
    {
        get => Number(FinalUpdatesKey) ?? 0;
        set => Set(FinalUpdatesKey, value);
    }

    /// <summary>Takes over the progress that a checkpoint's file records.</summary>
    /// <param name="model">The checkpoint's folder.</param>
    public void Resume(string model)
    {
        foreach (var (key, text) in SequenceModelFile.ReadMetadata(model).Where(n => n.Key is LastRoundKey or FinalUpdatesKey))
            _metadata[key] = text;
    }

    private int? Number(string key)
    {
        if (!_metadata.TryGetValue(key, out var text))
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private void Set(string key, int? value) => _metadata[key] = (value ?? 0).ToString(CultureInfo.InvariantCulture);
}
