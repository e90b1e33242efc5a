using Robotics.Core.Threading;

namespace Robotics.Controller.Loops;

/// <summary>Summary of a histogram of durations, µs. Immutable.</summary>
/// <param name="Count">Durations recorded.</param>
/// <param name="Mean">The mean.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">99 % are below.</param>
/// <param name="P999">99.9 % are below.</param>
/// <param name="Max">The longest.</param>
public sealed record LatencySummary(long Count, double Mean, double P50, double P99, double P999, double Max)
{
    /// <summary>Summarises a histogram. For reports, from any thread.</summary>
    public static LatencySummary From(LatencyHistogram histogram) => new(
        histogram.Count,
        histogram.MeanNanoseconds * 1e-3,
        histogram.Quantile(0.5) * 1e-3,
        histogram.Quantile(0.99) * 1e-3,
        histogram.Quantile(0.999) * 1e-3,
        histogram.MaximumNanoseconds * 1e-3);
}

/// <summary>Durations of one stage of a loop. Immutable.</summary>
/// <param name="Name">The stage.</param>
/// <param name="DurationUs">Its durations, µs.</param>
/// <param name="Missed">Ticks missed because of an overrun in which this stage was the longest.</param>
public sealed record StageTimings(string Name, LatencySummary DurationUs, long Missed);

/// <summary>Timing statistics of a loop, for reports and JSON. Immutable.</summary>
/// <param name="Name">The loop.</param>
/// <param name="RateHz">The rate it should have.</param>
/// <param name="AchievedHz">Ticks run per second from the first tick to the last; 0 before the second tick.</param>
/// <param name="Ticks">Ticks run.</param>
/// <param name="MissedByWaking">Ticks missed because the system woke the thread a whole period late or more.</param>
/// <param name="MissedByOverrun">Ticks missed because the loop's own work took too long.</param>
/// <param name="LatenessUs">From due to start, µs.</param>
/// <param name="DurationUs">From start to end, µs.</param>
/// <param name="Stages">The stages in order.</param>
public sealed record LoopTimings(
    string Name,
    double RateHz,
    double AchievedHz,
    long Ticks,
    long MissedByWaking,
    long MissedByOverrun,
    LatencySummary LatenessUs,
    LatencySummary DurationUs,
    IReadOnlyList<StageTimings> Stages)
{
    /// <summary>Ticks missed for any cause.</summary>
    public long Missed => MissedByWaking + MissedByOverrun;
}
