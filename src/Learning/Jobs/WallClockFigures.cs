using System.Globalization;
using Robotics.Controller.Loops;
using Robotics.Reporting.Output;
using Robotics.Runtime.WallClock;

namespace Robotics.Learning.Jobs;

/// <summary>Prints the metrics of a wall-clock run and adds them to the result.</summary>
internal static class WallClockFigures
{
    /// <summary>Prints the metrics and adds them to the result under <c>loop</c>.</summary>
    public static void Report(CommandOutput output, WallClockReport wall)
    {
        Print(output, wall.Control);
        Print(output, wall.Servo);
        var (load, decision, counters) = (wall.Load, wall.DecisionUs, wall.ControlCounters);
        Line(
            output,
            $"decision p50 {decision.P50 * 1e-3:F2} ms, p99 {decision.P99 * 1e-3:F2} ms, max {decision.Max * 1e-3:F2} ms; ",
            $"{counters.Published} plans, {counters.Late} late, {counters.Truncated} cut short by the deadline");
        Line(output, $"misses: {wall.Misses} of {wall.Control.Ticks + wall.Control.Missed} periods ({wall.MissShare:P3})");
        Line(
            output,
            $"allocated in steady state: control {load.ControlBytes} bytes, servo {load.ServoBytes}, whole process {load.ProcessBytes}; ",
            $"{load.Collections} collections");
        Line(
            output,
            $"the simulator took {load.SimulatorCores:P0} of a core and sent {load.ImagesPerSecond:F1} images per second ",
            $"({load.ImagesLost} lost); this process took {load.ControllerCores:P0} of a core");
        foreach (var text in wall.Estimation.Streams.Select(s => s.ToString()).Concat(wall.Estimation.Faults))
            output.Line(text);
        Line(output, $"{wall.Estimation.Replayed} ticks replayed for late samples; {wall.Estimation.NotFinite} beliefs not finite");
        Line(output, $"wall clock: {wall.Successes} of {wall.Episodes} episodes succeeded in {load.Seconds:F1} s");
        output.Add(new { Loop = new WallClockResult(wall) });
        foreach (var stream in wall.Estimation.Streams.Where(s => s.Good == 0))
            output.Warn($"nothing usable arrived of stream '{stream.Name}' in {wall.Episodes} episodes; check its rate, delay and losses.");
        if (counters.NoFiniteRollout > 0)
        {
            var decisions = counters.Published + counters.NoFiniteRollout;
            output.Warn(
                $"the planner found no rollout of finite return in {counters.NoFiniteRollout} of {decisions} decisions, which were then "
                    + "not planned.");
        }
    }

    private static void Print(CommandOutput output, LoopTimings t) => Line(
        output,
        $"{t.Name,-8} {t.RateHz:F0} Hz: {t.Ticks} ticks, {t.Missed} missed; late p50 {t.LatenessUs.P50:F0} µs, ",
        $"p99 {t.LatenessUs.P99:F0} µs, max {t.LatenessUs.Max:F0} µs; ",
        $"work p50 {t.DurationUs.P50 * 1e-3:F2} ms, p99 {t.DurationUs.P99 * 1e-3:F2} ms");

    private static void Line(CommandOutput output, params FormattableString[] parts) =>
        output.Line(string.Concat(parts.Select(p => p.ToString(CultureInfo.InvariantCulture))));
}
