using System.Globalization;
using System.Text.RegularExpressions;

namespace Robotics.Data.Checkpoints;

/// <summary>
/// The layout of a run: <c>episodes/</c>, <c>evaluation/</c>, <c>checkpoints/trial-0007/</c>, <c>trials.jsonl</c>,
/// <c>trials.csv</c>. Immutable; thread-safe.
/// </summary>
/// <param name="Path">The run's folder.</param>
public sealed partial record RunFolder(string Path)
{
    /// <summary>The episodes that the model learns from.</summary>
    public string Episodes => System.IO.Path.Combine(Path, "episodes");

    /// <summary>The episodes that only measure.</summary>
    public string Evaluation => System.IO.Path.Combine(Path, "evaluation");

    /// <summary>Name of the metrics files, without extension.</summary>
    public static string MetricsName => "trials";

    /// <summary>Metrics of all trials, one JSON object a line.</summary>
    public string Metrics => System.IO.Path.Combine(Path, MetricsName + ".jsonl");

    /// <summary>The name of the files that list every audited plan, without extension.</summary>
    public static string AuditsName => "audits";

    /// <summary>Every audited plan, one JSON object a line.</summary>
    public string Audits => System.IO.Path.Combine(Path, AuditsName + ".jsonl");

    private string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>The checkpoint after a trial.</summary>
    public string CheckpointOf(int trial) =>
        System.IO.Path.Combine(Checkpoints, string.Create(CultureInfo.InvariantCulture, $"trial-{trial:D4}"));

    /// <summary>The last trial with a whole checkpoint; null when there is none.</summary>
    public int? LastTrial() => CheckpointedTrials().Select(t => (int?)t).LastOrDefault();

    /// <summary>The trials with a whole checkpoint, ascending.</summary>
    public IReadOnlyList<int> CheckpointedTrials() => !Directory.Exists(Checkpoints) ? [] :
    [
        .. Directory.EnumerateDirectories(Checkpoints)
            .Select(d => CheckpointName().Match(System.IO.Path.GetFileName(d)))
            .Where(m => m.Success)
            .Select(m => int.Parse(m.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
            .Where(t => Checkpoint.Exists(CheckpointOf(t)))
            .Order(),
    ];

    [GeneratedRegex(@"^trial-(\d{4,9})$")]
    private static partial Regex CheckpointName();
}
