using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;

namespace Robotics.App.Composition;

/// <summary>Says what episodes of a controller came to, to people and programs.</summary>
internal static class LatentFigures
{
    /// <summary>Prints the figures and puts them into the result.</summary>
    public static void Report(CommandOutput output, LatentEvaluation found)
    {
        var (result, interval) = (found.Result, found.Result.SuccessInterval);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Episodes.Count} episodes: success {result.SuccessRate:P1} (95 % interval {interval.Low:P1} to {interval.High:P1}), return {result.Mean:F2} ± {result.StandardDeviation:F2}"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Known(found.MedianDistance, $"final distance: median {100 * found.MedianDistance:F2} cm, 90 % within {100 * LatentEvaluation.Quantile(found.FinalDistances, 0.9):F2} cm; ")}{Known(found.MedianSeconds, $"time to success: median {found.MedianSeconds:F2} s; ")}decision p50 {LatentEvaluation.Quantile(found.DecisionMilliseconds, 0.5):F1} ms, p99 {LatentEvaluation.Quantile(found.DecisionMilliseconds, 0.99):F1} ms"));
        foreach (var (name, value) in ToJson(found))
            output.Result[name] = value?.DeepClone();
        FaultReport.Warn(output, result.Faults);
    }

    /// <summary>A text about a figure; nothing where there is no such figure.</summary>
    public static string Known(double figure, FormattableString text) => double.IsNaN(figure) ? "" : text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The figures by name.</summary>
    public static JsonObject ToJson(LatentEvaluation found) => new()
    {
        ["episodes"] = found.Result.Episodes.Count,
        ["success_rate"] = CommandOutput.Number(found.Result.SuccessRate),
        ["success_interval"] = new JsonArray(CommandOutput.Number(found.Result.SuccessInterval.Low), CommandOutput.Number(found.Result.SuccessInterval.High)),
        ["return_mean"] = CommandOutput.Number(found.Result.Mean),
        ["return_sd"] = CommandOutput.Number(found.Result.StandardDeviation),
        ["final_distance_m_median"] = CommandOutput.Number(found.MedianDistance),
        ["final_distance_m_p90"] = CommandOutput.Number(LatentEvaluation.Quantile(found.FinalDistances, 0.9)),
        ["seconds_to_success_median"] = CommandOutput.Number(found.MedianSeconds),
        ["decision_ms_p50"] = CommandOutput.Number(LatentEvaluation.Quantile(found.DecisionMilliseconds, 0.5)),
        ["decision_ms_p99"] = CommandOutput.Number(LatentEvaluation.Quantile(found.DecisionMilliseconds, 0.99)),
        ["returns"] = new JsonArray([.. found.Result.Returns.Select(CommandOutput.Number)]),
        ["episodes_diverged"] = found.Result.Faults.Diverged,
        ["decisions_without_finite_rollout"] = found.Result.Faults.WithoutFiniteRollout,
        ["final_distances_m"] = new JsonArray([.. found.FinalDistances.Select(CommandOutput.Number)]),
    };
}
