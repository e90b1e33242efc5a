using System.Globalization;
using Robotics.Configuration.Tasks;
using Robotics.Inference.Formats;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Latent;

/// <summary>What a training writes into its files of where they come from, and of its course, to go on from. One thread.</summary>
internal sealed class LatentNotes
{
    private const string RoundsName = "foresight_rounds";
    private const string FinalName = "foresight_final_updates";
    private readonly Dictionary<string, string> _texts;

    /// <summary>Notes of a training that begins.</summary>
    public LatentNotes(RunContext context, TaskDefinition task) => _texts = new()
    {
        ["command"] = context.CommandLine,
        ["seed"] = context.Seed.ToString(CultureInfo.InvariantCulture),
        ["task"] = task.Name,
        ["task_hash"] = task.Hash,
    };

    /// <summary>All of it, for the files.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>The last finished round of the foresight; −1 before the first.</summary>
    public int Rounds
    {
        get => _texts.ContainsKey(RoundsName) ? Number(RoundsName) : -1;
        set => _texts[RoundsName] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The foresight's last gradient steps.</summary>
    public int FinalUpdates
    {
        get => Number(FinalName);
        set => _texts[FinalName] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Goes on with what a folder's training noted of its course.</summary>
    public void Resume(string model)
    {
        foreach (var (name, text) in SequenceModelFile.ReadMetadata(model).Where(n => n.Key is RoundsName or FinalName))
            _texts[name] = text;
    }

    private int Number(string name) => _texts.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
