using Robotics.Controller.Loops;
using Robotics.Core.Threading;
using Robotics.StateEstimation.Streams;

namespace Robotics.Runtime.WallClock;

/// <summary>Timing and success of a wall-clock run. Immutable.</summary>
/// <param name="Control">Timings of the control loop.</param>
/// <param name="Servo">Timings of the servo loop.</param>
/// <param name="Lateness">Lateness of the control loop's ticks.</param>
/// <param name="Durations">Durations of the control loop's ticks.</param>
/// <param name="ControlCounters">Event counters of the control loop.</param>
/// <param name="ServoCounters">Event counters of the servo loop.</param>
/// <param name="Episodes">Episodes run.</param>
/// <param name="Successes">Episodes in which success held for the task's hold time.</param>
/// <param name="Load">Machine load.</param>
/// <param name="Estimation">Statistics of the streams that feed the belief.</param>
public sealed record WallClockReport(
    LoopTimings Control,
    LoopTimings Servo,
    LatencyHistogram Lateness,
    LatencyHistogram Durations,
    ControlCounters ControlCounters,
    ServoCounters ServoCounters,
    int Episodes,
    int Successes,
    WallClockLoad Load,
    EstimationReport Estimation)
{
    /// <summary>
    /// Control periods without a plan in time: the tick was missed, or its plan was ready only after it should have taken effect,
    /// and an older plan was followed meanwhile.
    /// </summary>
    public long Misses => Control.Missed + ControlCounters.Late + ControlCounters.Expired;

    /// <summary>Fraction of such periods, 0 to 1.</summary>
    public double MissShare => Control.Ticks + Control.Missed == 0 ? 0 : (double)Misses / (Control.Ticks + Control.Missed);

    /// <summary>Planning time per decision, µs.</summary>
    public LatencySummary DecisionUs => Control.Stages.Single(s => s.Name == "plan").DurationUs;
}

/// <summary>Statistics of the streams that feed the belief of a wall-clock run. Immutable.</summary>
/// <param name="Streams">Statistics of each stream.</param>
/// <param name="Faults">Streams that became faulty or good again, a sentence each.</param>
/// <param name="Replayed">Ticks recomputed because a sample arrived late.</param>
/// <param name="NotFinite">Beliefs that were not finite and were replaced.</param>
public sealed record EstimationReport(IReadOnlyList<StreamReport> Streams, IReadOnlyList<string> Faults, long Replayed, long NotFinite);

/// <summary>Machine load of a wall-clock run. Immutable.</summary>
/// <param name="Seconds">Duration, s.</param>
/// <param name="SimulatorTime">Processor time of the simulator's process, summed over cores.</param>
/// <param name="ControllerTime">Processor time of this process, summed over cores.</param>
/// <param name="Images">Images received from the simulator's cameras.</param>
/// <param name="ImagesLost">Images lost.</param>
/// <param name="ControlBytes">Bytes allocated by the control thread in steady state.</param>
/// <param name="ServoBytes">Bytes allocated by the servo thread in steady state.</param>
/// <param name="ProcessBytes">Bytes allocated by all threads of this process, the progress display included.</param>
/// <param name="Collections">Garbage collections.</param>
public sealed record WallClockLoad(
    double Seconds,
    TimeSpan SimulatorTime,
    TimeSpan ControllerTime,
    long Images,
    long ImagesLost,
    long ControlBytes,
    long ServoBytes,
    long ProcessBytes,
    int Collections)
{
    /// <summary>Mean load of the simulator's process, cores.</summary>
    public double SimulatorCores => SimulatorTime.TotalSeconds / Seconds;

    /// <summary>Mean load of this process, cores.</summary>
    public double ControllerCores => ControllerTime.TotalSeconds / Seconds;

    /// <summary>Image rate of all cameras together, Hz.</summary>
    public double ImagesPerSecond => Images / Seconds;
}
