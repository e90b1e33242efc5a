using System.Globalization;
using System.Text.Json.Nodes;
using Robotics.App.Shell;
using Robotics.Controller;
using Robotics.StateEstimation;

namespace Robotics.App.Composition;

/// <summary>Says what a wall-clock run achieved, to people and programs.</summary>
internal static class WallClockFigures
{
    /// <summary>Prints the figures and puts them under <c>loop</c> into the result.</summary>
    public static void Report(CommandOutput output, WallClockReport wall)
    {
        Print(output, wall.Control);
        Print(output, wall.Servo);
        var (load, decision, counters) = (wall.Load, wall.DecisionUs, wall.ControlCounters);
        Line(output, $"decision p50 {decision.P50 * 1e-3:F2} ms, p99 {decision.P99 * 1e-3:F2} ms, max {decision.Max * 1e-3:F2} ms; {counters.Published} plans, {counters.Late} late, {counters.Truncated} cut short by the deadline");
        Line(output, $"misses: {wall.Misses} of {wall.Control.Ticks + wall.Control.Missed} periods ({wall.MissShare:P3})");
        Line(output, $"allocated in steady state: control {load.ControlBytes} bytes, servo {load.ServoBytes}, whole process {load.ProcessBytes}; {load.Collections} collections");
        Line(output, $"the simulator took {load.SimulatorCores:P0} of a core and sent {load.PicturesPerSecond:F1} pictures a second ({load.PicturesLost} lost); this process took {load.ControllerCores:P0} of a core");
        foreach (var text in wall.Estimation.Streams.Select(s => s.ToString()).Concat(wall.Estimation.Faults))
            output.Line(text);
        Line(output, $"{wall.Estimation.Replayed} ticks replayed for what came late; {wall.Estimation.NotFinite} beliefs that were not finite");
        Line(output, $"wall clock: {wall.Successes} of {wall.Episodes} episodes succeeded in {load.Seconds:F1} s");
        output.Result["loop"] = ToJson(wall);
        foreach (var stream in wall.Estimation.Streams.Where(s => s.Good == 0))
            output.Warn($"nothing usable arrived of stream '{stream.Name}' in {wall.Episodes} episodes; check its rate, delay and losses.");
        if (counters.NoFiniteRollout > 0)
        {
            var decisions = counters.Published + counters.NoFiniteRollout;
            output.Warn($"the planner found no rollout of finite return in {counters.NoFiniteRollout} of {decisions} decisions, which were then not planned.");
        }
    }

    private static JsonObject ToJson(WallClockReport wall)
    {
        var loop = ToJson(wall.Control);
        loop["misses"] = wall.Misses;
        loop["miss_share"] = CommandOutput.Number(wall.MissShare);
        loop["decision_us"] = ToJson(wall.DecisionUs);
        loop["plans"] = wall.ControlCounters.Published;
        loop["plans_late"] = wall.ControlCounters.Late;
        loop["plans_truncated"] = wall.ControlCounters.Truncated;
        loop["plans_without_finite_rollout"] = wall.ControlCounters.NoFiniteRollout;
        loop["servo"] = ToJson(wall.Servo);
        loop["episodes"] = wall.Episodes;
        loop["successes"] = wall.Successes;
        loop["seconds"] = CommandOutput.Number(wall.Load.Seconds);
        loop["allocated_bytes"] = new JsonObject
        {
            ["control"] = wall.Load.ControlBytes,
            ["servo"] = wall.Load.ServoBytes,
            ["process"] = wall.Load.ProcessBytes,
        };
        loop["collections"] = wall.Load.Collections;
        loop["simulator"] = new JsonObject
        {
            ["cores"] = CommandOutput.Number(wall.Load.SimulatorCores),
            ["share_of_machine"] = CommandOutput.Number(wall.Load.SimulatorCores / Environment.ProcessorCount),
            ["pictures_per_second"] = CommandOutput.Number(wall.Load.PicturesPerSecond),
            ["pictures_lost"] = wall.Load.PicturesLost,
        };
        loop["streams"] = new JsonArray([.. wall.Estimation.Streams.Select(ToJson)]);
        loop["stream_faults"] = new JsonArray([.. wall.Estimation.Faults.Select(f => (JsonNode)f)]);
        loop["replayed_ticks"] = wall.Estimation.Replayed;
        loop["beliefs_not_finite"] = wall.Estimation.NotFinite;
        loop["controller_cores"] = CommandOutput.Number(wall.Load.ControllerCores);
        return loop;
    }

    private static JsonNode ToJson(StreamReport s) => new JsonObject
    {
        ["name"] = s.Name,
        ["fault"] = s.Fault.ToString(),
        ["age_ms"] = CommandOutput.Number(1000 * s.AgeSeconds),
        ["delay_ms"] = CommandOutput.Number(1000 * s.DelaySeconds),
        ["delay_spread_ms"] = CommandOutput.Number(1000 * s.DelaySpreadSeconds),
        ["good"] = s.Good,
        ["refused"] = s.Refused,
        ["lost"] = s.Lost,
        ["late"] = s.Late,
        ["too_late"] = s.TooLate,
    };

    private static void Print(CommandOutput output, LoopTimings t) => Line(
        output, $"{t.Name,-8} {t.RateHz:F0} Hz: {t.Ticks} ticks, {t.Missed} missed; late p50 {t.LatenessUs.P50:F0} µs, p99 {t.LatenessUs.P99:F0} µs, max {t.LatenessUs.Max:F0} µs; work p50 {t.DurationUs.P50 * 1e-3:F2} ms, p99 {t.DurationUs.P99 * 1e-3:F2} ms");

    private static void Line(CommandOutput output, FormattableString text) => output.Line(text.ToString(CultureInfo.InvariantCulture));

    private static JsonObject ToJson(LoopTimings t) => new()
    {
        ["rate_hz"] = CommandOutput.Number(t.RateHz),
        ["achieved_hz"] = CommandOutput.Number(t.AchievedHz),
        ["ticks"] = t.Ticks,
        ["missed"] = t.Missed,
        ["missed_by_waking"] = t.MissedByWaking,
        ["missed_by_overrun"] = t.MissedByOverrun,
        ["lateness_us"] = ToJson(t.LatenessUs),
        ["work_us"] = ToJson(t.DurationUs),
    };

    private static JsonObject ToJson(LatencySummary s) => new()
    {
        ["p50"] = CommandOutput.Number(s.P50),
        ["p99"] = CommandOutput.Number(s.P99),
        ["p999"] = CommandOutput.Number(s.P999),
        ["max"] = CommandOutput.Number(s.Max),
    };
}
