using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Controller;

namespace Robotics.App.Composition;

/// <summary>Says what a wall-clock run achieved, to people and programs.</summary>
internal static class WallClockFigures
{
    /// <summary>Prints the figures and puts them under <c>loop</c> into the result.</summary>
    public static void Report(CommandOutput output, WallClockReport wall)
    {
        Print(output, wall.Control);
        Print(output, wall.Servo);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"wall clock: {wall.Successes} of {wall.Episodes} episodes succeeded; {wall.ControlCounters.Published} plans, {wall.ControlCounters.Late} late, {wall.ControlCounters.Truncated} cut short by the deadline"));
        var loop = ToJson(wall.Control);
        loop["servo"] = ToJson(wall.Servo);
        loop["episodes"] = wall.Episodes;
        loop["successes"] = wall.Successes;
        loop["plans_late"] = wall.ControlCounters.Late;
        loop["plans_truncated"] = wall.ControlCounters.Truncated;
        output.Result["loop"] = loop;
    }

    private static void Print(CommandOutput output, LoopTimings t) => output.Line(string.Create(
        CultureInfo.InvariantCulture,
        $"{t.Name,-8} {t.RateHz:F0} Hz: {t.Ticks} ticks, {t.Missed} missed; late p50 {t.LatenessUs.P50:F0} µs, p99 {t.LatenessUs.P99:F0} µs, max {t.LatenessUs.Max:F0} µs; work p50 {t.DurationUs.P50 * 1e-3:F2} ms, p99 {t.DurationUs.P99 * 1e-3:F2} ms"));

    private static JsonObject ToJson(LoopTimings t) => new()
    {
        ["rate_hz"] = CommandOutput.Number(t.RateHz),
        ["ticks"] = t.Ticks,
        ["missed"] = t.Missed,
        ["lateness_us"] = ToJson(t.LatenessUs),
        ["work_us"] = ToJson(t.DurationUs),
    };

    private static JsonObject ToJson(LatencySummary s) => new()
    {
        ["p50"] = CommandOutput.Number(s.P50),
        ["p99"] = CommandOutput.Number(s.P99),
        ["max"] = CommandOutput.Number(s.Max),
    };
}
