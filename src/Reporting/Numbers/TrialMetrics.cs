using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Data.Metrics;

namespace Robotics.Reporting.Numbers;

/// <summary>One line of a run's metrics, as read from the file. Immutable; thread-safe.</summary>
public sealed class TrialMetrics
{
    private readonly Dictionary<string, JsonElement> _values;

    private TrialMetrics(Dictionary<string, JsonElement> values) => _values = values;

    /// <summary>The trial, from 0.</summary>
    public int Trial => (int)Number("trial");

    /// <summary>The names of all values.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Reads all trials of a run, in order.</summary>
    /// <exception cref="UserErrorException">The file is missing or damaged.</exception>
    public static IReadOnlyList<TrialMetrics> Read(RunFolder run)
    {
        if (!File.Exists(run.Metrics))
            throw new UserErrorException(
                $"There is no run in '{run.Path}': it has no {RunFolder.MetricsName}.jsonl; train first or check the path.");
        return ReadLines(run.Metrics);
    }

    /// <summary>Reads all audited plans of a run, in order; none when nothing was audited.</summary>
    /// <exception cref="UserErrorException">The file is damaged.</exception>
    public static IReadOnlyList<(int Trial, ReturnPrediction Pair)> ReadAudits(RunFolder run) =>
        [.. ReadLines(run.Audits).Select(row => (row.Trial, ReturnPrediction.From(row)))];

    /// <summary>Reads a file of metrics, one JSON object a line; none when there is no file.</summary>
    /// <exception cref="UserErrorException">The file is damaged.</exception>
    public static IReadOnlyList<TrialMetrics> ReadLines(string path)
    {
        try
        {
            return [
                .. MetricsWriter.WholeLines(path).Select(
                    l => new TrialMetrics(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(l)!))];
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"'{path}' has a line that is not JSON; resume the run or restore the file.", e);
        }
    }

    /// <summary>The learning curve of runs that differ in their seed.</summary>
    /// <param name="runs">The runs by seed.</param>
    /// <param name="key">The randomness of the bootstrap.</param>
    /// <exception cref="UserErrorException">A run is missing or damaged.</exception>
    public static LearningCurve ReadCurve(IReadOnlyDictionary<ulong, RunFolder> runs, RandomKey key) => new(
        runs.ToDictionary(r => r.Key, r => (IReadOnlyList<double>)[.. Read(r.Value).Select(t => t.Number("return"))]), key);

    /// <summary>A number; NaN when it is missing or was not finite.</summary>
    public double Number(string name) =>
        _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    /// <summary>A text; empty when it is missing.</summary>
    public string Text(string name) =>
        _values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
