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
/// Learning curve of a latent training in files: <c>evaluations.csv</c> and <c>.jsonl</c>, by the planned episodes before each, and
/// <c>collected.csv</c> and <c>.jsonl</c>, the planned episodes themselves. One thread.
/// </summary>
internal sealed class TrainingLog : IDisposable
{
    /// <summary>
    /// Column of the wall-clock time since the run began, minutes, evaluations included; of a run that was stopped, up to its last
    /// evaluation.
    /// </summary>
    public const string Minutes = "minutes";

    /// <summary>Column of the processor time of the process since then, minutes.</summary>
    public const string ProcessorMinutes = "cpu_minutes";

    /// <summary>Name of the evaluations' files, without extension.</summary>
    public const string Evaluations = "evaluations";

    private static readonly string[] EvaluationColumns =
    [
        "trial", "updates", "success_rate", "success_low", "success_high", "return", "return_sd", "final_distance_m", "seconds_to_success",
        "decision_ms_p50", "decision_ms_p99", "exploitation_gap", "plan_error_rmse", Minutes, ProcessorMinutes,
    ];

    private static readonly string[] EpisodeColumns = ["trial", "return", "success", "final_distance_m", "loss", "kl", "reward"];

    private readonly MetricsWriter _evaluations;
    private readonly MetricsWriter _episodes;
    private readonly HashSet<int> _known;
    private readonly IClock _clock;
    private readonly double _minutesBefore;
    private readonly double _processorMinutesBefore;
    private int _index;

    /// <summary>Opens the files and drops the rows of later planned episodes.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="done">Planned episodes that the checkpoint has learned from.</param>
    /// <param name="clock">The clock.</param>
    public TrainingLog(string folder, int done, IClock clock)
    {
        _clock = clock;
        _evaluations = new MetricsWriter(folder, Evaluations, EvaluationColumns, done);
        _episodes = new MetricsWriter(folder, "collected", EpisodeColumns, done - 1);
        var rows = Read(folder);
        var last = rows is [.., var newest] ? newest : null;
        _known = [.. rows.Select(r => (int)r["trial"])];
        _minutesBefore = last?.GetValueOrDefault(Minutes, 0) ?? 0;
        _processorMinutesBefore = last?.GetValueOrDefault(ProcessorMinutes, 0) ?? 0;
        _index = done;
    }

    /// <summary>True while there is no evaluation after this number of planned episodes.</summary>
    public bool Misses(int episodes) => !_known.Contains(episodes);

    /// <summary>Logs an evaluation.</summary>
    /// <param name="after">Planned episodes before it.</param>
    /// <param name="updates">Gradient steps before it.</param>
    /// <param name="evaluation">The evaluation.</param>
    public void Add(int after, long updates, LatentEvaluation evaluation)
    {
        _evaluations.Append(evaluation.ToRow(after).Add("updates", updates)
            .Add(Minutes, _minutesBefore + (_clock.Now - MonotonicTime.Zero).TotalMinutes)
            .Add(ProcessorMinutes, _processorMinutesBefore + Environment.CpuUsage.TotalTime.TotalMinutes));
        _known.Add(after);
    }

    /// <summary>Logs a planned episode and the loss of the gradient steps after it; returns a summary of both.</summary>
    public string Add(TaskDefinition task, Episode episode, SequenceLoss? loss)
    {
        var distance = ReachMeasure.From(task)?.Final(episode) ?? double.NaN;
        var succeeded = episode.Succeeded(task.SuccessHoldSteps);
        _episodes.Append(new MetricsRow(_index++)
            .Add("return", episode.Return)
            .Add("success", succeeded ? 1 : 0)
            .Add("final_distance_m", distance)
            .Add("loss", loss?.Total ?? double.NaN)
            .Add("kl", loss?.Divergence ?? double.NaN)
            .Add("reward", loss?.Reward ?? double.NaN));
        var outcome = episode.Counts ? string.Create(CultureInfo.InvariantCulture, $"return {episode.Return:F1}") : "diverged";
        var summary = double.IsNaN(distance) ? outcome : string.Create(CultureInfo.InvariantCulture, $"{outcome}, {100 * distance:F1} cm");
        return loss is null
            ? summary
            : string.Create(CultureInfo.InvariantCulture, $"{summary}, kl {loss.Divergence:F1}, reward {-loss.Reward:F2}");
    }

    /// <summary>Logs a planned episode without a loss, unless it is logged already; returns a summary.</summary>
    public string AddOnce(int index, TaskDefinition task, Episode episode) => index < _index ? "" : Add(task, episode, null);

    /// <summary>The evaluations of a run, values by column.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, double>> Read(string folder) =>
    [
        .. MetricsWriter.WholeLines(Path.Combine(folder, Evaluations + ".jsonl")).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            return row.RootElement.EnumerateObject()
                .ToDictionary(p => p.Name, p => p.Value.ValueKind == JsonValueKind.Number ? p.Value.GetDouble() : double.NaN);
        }),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        _evaluations.Dispose();
        _episodes.Dispose();
    }
}
