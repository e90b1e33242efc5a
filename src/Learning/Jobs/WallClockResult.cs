using Robotics.Controller.Loops;
using Robotics.Runtime.WallClock;
using Robotics.StateEstimation.Streams;

namespace Robotics.Learning.Jobs;

/// <summary>A loop's timings in the result. Immutable.</summary>
internal record LoopResult
{
    /// <summary>Copies the measured values.</summary>
    public LoopResult(LoopTimings timings) => (RateHz, AchievedHz, Ticks, Missed, MissedByWaking, MissedByOverrun, LatenessUs, WorkUs) = (
        timings.RateHz, timings.AchievedHz, timings.Ticks, timings.Missed, timings.MissedByWaking, timings.MissedByOverrun,
        new QuantileResult(timings.LatenessUs), new QuantileResult(timings.DurationUs));

    /// <summary>Nominal rate, Hz.</summary>
    public double RateHz { get; }

    /// <summary>The rate achieved, Hz.</summary>
    public double AchievedHz { get; }

    /// <summary>Number of ticks run.</summary>
    public long Ticks { get; }

    /// <summary>Number of ticks missed.</summary>
    public long Missed { get; }

    /// <summary>Ticks missed because the thread was woken late.</summary>
    public long MissedByWaking { get; }

    /// <summary>Ticks missed because the loop's work took too long.</summary>
    public long MissedByOverrun { get; }

    /// <summary>Lateness: time from due to start of a tick, µs.</summary>
    public QuantileResult LatenessUs { get; }

    /// <summary>Duration: time from start to end of a tick, µs.</summary>
    public QuantileResult WorkUs { get; }
}

/// <summary>A run against the wall clock in the result. Immutable.</summary>
internal sealed record WallClockResult : LoopResult
{
    /// <summary>Copies the measured values.</summary>
    public WallClockResult(WallClockReport wall)
        : base(wall.Control)
    {
        var (load, counters) = (wall.Load, wall.ControlCounters);
        (Misses, MissShare, DecisionUs) = (wall.Misses, wall.MissShare, new QuantileResult(wall.DecisionUs));
        (Plans, PlansLate, PlansTruncated) = (counters.Published, counters.Late, counters.Truncated);
        PlansWithoutFiniteRollout = counters.NoFiniteRollout;
        Servo = new LoopResult(wall.Servo);
        (Episodes, Successes, Seconds) = (wall.Episodes, wall.Successes, load.Seconds);
        AllocatedBytes = new AllocationResult(load.ControlBytes, load.ServoBytes, load.ProcessBytes);
        Collections = load.Collections;
        Simulator = new SimulatorResult(
            load.SimulatorCores, load.SimulatorCores / Environment.ProcessorCount, load.ImagesPerSecond, load.ImagesLost);
        Streams = [.. wall.Estimation.Streams.Select(s => new StreamResult(s))];
        (StreamFaults, ReplayedTicks, BeliefsNotFinite) = (wall.Estimation.Faults, wall.Estimation.Replayed, wall.Estimation.NotFinite);
        ControllerCores = load.ControllerCores;
    }

    /// <summary>Control periods without a plan in time.</summary>
    public long Misses { get; }

    /// <summary>Fraction of such periods, 0 to 1.</summary>
    public double MissShare { get; }

    /// <summary>Time of a decision, µs.</summary>
    public QuantileResult DecisionUs { get; }

    /// <summary>Number of plans published.</summary>
    public long Plans { get; }

    /// <summary>Plans that were ready after they should have taken effect.</summary>
    public long PlansLate { get; }

    /// <summary>Plans cut short by the deadline.</summary>
    public long PlansTruncated { get; }

    /// <summary>Decisions in which no rollout had a finite return.</summary>
    public long PlansWithoutFiniteRollout { get; }

    /// <summary>The servo loop.</summary>
    public LoopResult Servo { get; }

    /// <summary>Number of episodes.</summary>
    public int Episodes { get; }

    /// <summary>Number of episodes that succeeded.</summary>
    public int Successes { get; }

    /// <summary>Length of the run, s.</summary>
    public double Seconds { get; }

    /// <summary>Bytes allocated in steady state.</summary>
    public AllocationResult AllocatedBytes { get; }

    /// <summary>Number of garbage collections.</summary>
    public int Collections { get; }

    /// <summary>The simulator's process.</summary>
    public SimulatorResult Simulator { get; }

    /// <summary>The streams.</summary>
    public IReadOnlyList<StreamResult> Streams { get; }

    /// <summary>Streams that became faulty or good again, a sentence each.</summary>
    public IReadOnlyList<string> StreamFaults { get; }

    /// <summary>Ticks recomputed because a sample arrived late.</summary>
    public long ReplayedTicks { get; }

    /// <summary>Beliefs that were not finite.</summary>
    public long BeliefsNotFinite { get; }

    /// <summary>Mean load of this process, cores.</summary>
    public double ControllerCores { get; }
}

/// <summary>Quantiles of durations, µs. Immutable.</summary>
/// <param name="P50">The median.</param>
/// <param name="P99">The 99 % quantile.</param>
/// <param name="P999">The 99.9 % quantile.</param>
/// <param name="Max">The maximum.</param>
internal sealed record QuantileResult(double P50, double P99, double P999, double Max)
{
    /// <summary>Copies a summary.</summary>
    public QuantileResult(LatencySummary summary)
        : this(summary.P50, summary.P99, summary.P999, summary.Max)
    {
    }
}

/// <summary>Bytes allocated in steady state. Immutable.</summary>
/// <param name="Control">By the control thread.</param>
/// <param name="Servo">By the servo thread.</param>
/// <param name="Process">By all threads.</param>
internal sealed record AllocationResult(long Control, long Servo, long Process);

/// <summary>Load and images of the simulator's process. Immutable.</summary>
/// <param name="Cores">Mean load, cores.</param>
/// <param name="ShareOfMachine">Mean load as a fraction of the machine's cores.</param>
/// <param name="PicturesPerSecond">Rate of images received, Hz.</param>
/// <param name="PicturesLost">Images lost.</param>
internal sealed record SimulatorResult(double Cores, double ShareOfMachine, double PicturesPerSecond, long PicturesLost);

/// <summary>A stream in the result. Immutable.</summary>
internal sealed record StreamResult
{
    /// <summary>Copies a stream's report.</summary>
    public StreamResult(StreamReport stream)
    {
        (Name, Fault) = (stream.Name, stream.Fault.ToString());
        (AgeMs, DelayMs, DelaySpreadMs) = (1000 * stream.AgeSeconds, 1000 * stream.DelaySeconds, 1000 * stream.DelayStdSeconds);
        (Good, Refused, Lost, Late, TooLate) = (stream.Good, stream.Refused, stream.Lost, stream.Late, stream.TooLate);
    }

    /// <summary>The modality.</summary>
    public string Name { get; }

    /// <summary>Health at the end of the run.</summary>
    public string Fault { get; }

    /// <summary>Age of the last good sample, ms.</summary>
    public double AgeMs { get; }

    /// <summary>Delay, ms.</summary>
    public double DelayMs { get; }

    /// <summary>Variation of the delay, ms.</summary>
    public double DelaySpreadMs { get; }

    /// <summary>Samples used.</summary>
    public long Good { get; }

    /// <summary>Samples refused.</summary>
    public long Refused { get; }

    /// <summary>Samples lost.</summary>
    public long Lost { get; }

    /// <summary>Samples that arrived late and were replayed.</summary>
    public long Late { get; }

    /// <summary>Samples that arrived too late.</summary>
    public long TooLate { get; }
}
