using System.Text.Json;
using Robotics.Data;
using Robotics.Learning;

namespace Robotics.App.Composition;

/// <summary>The figures of a run's trials, read back from its metrics: those of an earlier process are among them. Immutable.</summary>
/// <param name="Returns">[trials], mean return of each.</param>
/// <param name="SuccessRates">[trials].</param>
/// <param name="TrainSeconds">Time spent learning, all trials together.</param>
internal sealed record TrialFigures(IReadOnlyList<double> Returns, IReadOnlyList<double> SuccessRates, double TrainSeconds)
{
    /// <summary>Reads a run's figures.</summary>
    public static TrialFigures Read(RunFolder folder)
    {
        var rows = MetricsWriter.WholeLines(folder.Metrics).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        return new TrialFigures(
            [.. rows.Select(r => Number(r, "return"))],
            [.. rows.Select(r => Number(r, "success_rate"))],
            rows.Sum(r => Number(r, "train_s")));
    }

    private static double Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
}
