using System.Globalization;
using System.Text.Json;
using Robotics.Configuration.Tasks;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Data.Metrics;
using Robotics.Learning.Evaluation;
using Robotics.SequenceModels.Training;

namespace Robotics.Learning.Latent;

/// <summary>
/// The course of a latent run in files: <c>evaluations.csv</c> and <c>.jsonl</c>, by the planned episodes before each, and
/// <c>collected.csv</c> and <c>.jsonl</c>, the planned episodes themselves. One thread.
/// </summary>
internal sealed class LatentCourse : IDisposable
{
    /// <summary>Of wall-clock time since the run began, evaluations included; of a run that was stopped, up to its last evaluation.</summary>
    public const string Minutes = "minutes";

    /// <summary>Of processors' time that the process has used since then.</summary>
    public const string ProcessorMinutes = "cpu_minutes";

    /// <summary>The name of the evaluations' files, without extension.</summary>
    public const string Evaluations = "evaluations";

    private static readonly string[] EvaluationColumns =
    [
        "trial", "updates", "success_rate", "success_low", "success_high", "return", "return_sd", "final_distance_m", "seconds_to_success",
        "decision_ms_p50", "decision_ms_p99", "exploitation_gap", "plan_error_rmse", Minutes, ProcessorMinutes,
    ];

    private readonly MetricsWriter _evaluations;
    private readonly MetricsWriter _episodes;
    private readonly HashSet<int> _known;
    private readonly IClock _clock;
    private readonly double _minutesBefore;
    private readonly double _processorMinutesBefore;
    private int _index;

    /// <summary>Opens the files and keeps what belongs to so many planned episodes.</summary>
    public LatentCourse(string folder, int done, IClock clock)
    {
        _clock = clock;
        _evaluations = new MetricsWriter(folder, Evaluations, EvaluationColumns, done);
        _episodes = new MetricsWriter(folder, "collected", ["trial", "return", "success", "final_distance_m", "loss", "kl", "reward"], done - 1);
        var rows = Read(folder);
        _known = [.. rows.Select(r => (int)r["trial"])];
        (_minutesBefore, _processorMinutesBefore) = rows.Count == 0 ? (0, 0) : (rows[^1].GetValueOrDefault(Minutes, 0), rows[^1].GetValueOrDefault(ProcessorMinutes, 0));
        _index = done;
    }

    /// <summary>Whether the evaluation after so many planned episodes is still to be made.</summary>
    public bool Misses(int after) => !_known.Contains(after);

    /// <summary>Notes an evaluation.</summary>
    public void Add(int after, long updates, LatentEvaluation found)
    {
        _evaluations.Append(found.ToRow(after).Add("updates", updates)
            .Add(Minutes, _minutesBefore + (_clock.Now - MonotonicTime.Zero).TotalMinutes)
            .Add(ProcessorMinutes, _processorMinutesBefore + Environment.CpuUsage.TotalTime.TotalMinutes));
        _known.Add(after);
    }

    /// <summary>Notes a planned episode and what was learned after it; returns both in a few words.</summary>
    public string Add(TaskDefinition task, Episode episode, SequenceLoss? loss)
    {
        var distance = ReachMeasure.From(task)?.Final(episode) ?? double.NaN;
        var succeeded = episode.Succeeded(task.SuccessHoldSteps);
        _episodes.Append(new MetricsRow(_index++).Add("return", episode.Return).Add("success", succeeded ? 1 : 0).Add("final_distance_m", distance)
            .Add("loss", loss?.Total ?? double.NaN).Add("kl", loss?.Divergence ?? double.NaN).Add("reward", loss?.Reward ?? double.NaN));
        var earned = episode.Counts ? string.Create(CultureInfo.InvariantCulture, $"return {episode.Return:F1}") : "diverged";
        var reached = double.IsNaN(distance) ? earned : string.Create(CultureInfo.InvariantCulture, $"{earned}, {100 * distance:F1} cm");
        return loss is null ? reached : string.Create(CultureInfo.InvariantCulture, $"{reached}, kl {loss.Divergence:F1}, reward {-loss.Reward:F2}");
    }

    /// <summary>Notes a planned episode after which nothing was learned at once, unless it is noted already; returns it in a few words.</summary>
    public string AddOnce(int index, TaskDefinition task, Episode episode) => index < _index ? "" : Add(task, episode, null);

    /// <summary>The evaluations of a run, figures by name.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, double>> Read(string folder) =>
    [
        .. MetricsWriter.WholeLines(Path.Combine(folder, Evaluations + ".jsonl")).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            return row.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble() : double.NaN);
        }),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluations.Dispose();
        _episodes.Dispose();
    }
}
