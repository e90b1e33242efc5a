using System.Globalization;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Evaluation;

/// <summary>Prints the metrics of a controller's episodes and adds them to the result.</summary>
internal static class LatentFigures
{
    /// <summary>Prints the metrics and adds them to the result.</summary>
    public static void Report(CommandOutput output, LatentEvaluation found)
    {
        var result = new LatentResult(found);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Episodes} episodes: success {result.SuccessRate:P1} "
            + $"(95 % interval {result.SuccessInterval.Low:P1} to {result.SuccessInterval.High:P1}), "
            + $"return {result.ReturnMean:F2} ± {result.ReturnSd:F2}"));
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Known(result.FinalDistanceMMedian, $"final distance: median {100 * result.FinalDistanceMMedian:F2} cm, ")}"
            + $"{Known(result.FinalDistanceMP90, $"90 % within {100 * result.FinalDistanceMP90:F2} cm; ")}"
            + $"{Known(result.SecondsToSuccessMedian, $"time to success: median {result.SecondsToSuccessMedian:F2} s; ")}"
            + $"decision p50 {result.DecisionMsP50:F1} ms, p99 {result.DecisionMsP99:F1} ms"));
        output.Add(result);
        FaultReport.Warn(output, found.Result.Faults);
    }

    /// <summary>The text of a metric; empty where the metric is NaN.</summary>
    public static string Known(double figure, FormattableString text) =>
        double.IsNaN(figure) ? "" : text.ToString(CultureInfo.InvariantCulture);
}
