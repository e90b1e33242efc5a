using Robotics.Controller.Loops;
using Robotics.Core.Threading;
using Robotics.StateEstimation.Streams;

namespace Robotics.Runtime.WallClock;

/// <summary>What a wall-clock run achieved. Immutable.</summary>
/// <param name="Control">Timings of the control loop.</param>
/// <param name="Servo">Timings of the servo loop.</param>
/// <param name="Lateness">Lateness of the control loop's ticks.</param>
/// <param name="Durations">Durations of the control loop's ticks.</param>
/// <param name="ControlCounters">What happened in the control loop.</param>
/// <param name="ServoCounters">What happened in the servo loop.</param>
/// <param name="Episodes">Episodes run.</param>
/// <param name="Successes">Episodes in which success held as long as the task asks.</param>
/// <param name="Load">What it cost the machine.</param>
/// <param name="Estimation">What the streams brought to the belief.</param>
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
    /// Control periods without a plan in time: the tick was not run, or its plan was ready only after it should have taken effect,
    /// and an older plan was followed meanwhile.
    /// </summary>
    public long Misses => Control.Missed + ControlCounters.Late + ControlCounters.Expired;

    /// <summary>The share of such periods.</summary>
    public double MissShare => Control.Ticks + Control.Missed == 0 ? 0 : (double)Misses / (Control.Ticks + Control.Missed);

    /// <summary>What deciding took, µs.</summary>
    public LatencySummary DecisionUs => Control.Stages.Single(s => s.Name == "plan").DurationUs;
}

/// <summary>What the streams brought to the belief of a wall-clock run. Immutable.</summary>
/// <param name="Streams">How each stream did.</param>
/// <param name="Faults">Streams that became faulty or good again, a sentence each.</param>
/// <param name="Replayed">Ticks that were computed again because something came late.</param>
/// <param name="NotFinite">Beliefs that were not finite and were overruled.</param>
public sealed record EstimationReport(IReadOnlyList<StreamReport> Streams, IReadOnlyList<string> Faults, long Replayed, long NotFinite);

/// <summary>What a wall-clock run cost the machine. Immutable.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="SimulatorTime">What the simulator's process took of the processor, all cores added up.</param>
/// <param name="ControllerTime">What this process took.</param>
/// <param name="Pictures">Pictures that came from the simulator's cameras.</param>
/// <param name="PicturesLost">Pictures that did not come.</param>
/// <param name="ControlBytes">What the control thread allocated in steady state.</param>
/// <param name="ServoBytes">What the servo thread allocated in steady state.</param>
/// <param name="ProcessBytes">What all threads of this process allocated, the display of progress among it.</param>
/// <param name="Collections">Garbage collections.</param>
public sealed record WallClockLoad(
    double Seconds,
    TimeSpan SimulatorTime,
    TimeSpan ControllerTime,
    long Pictures,
    long PicturesLost,
    long ControlBytes,
    long ServoBytes,
    long ProcessBytes,
    int Collections)
{
    /// <summary>The simulator's share of one core.</summary>
    public double SimulatorCores => SimulatorTime.TotalSeconds / Seconds;

    /// <summary>This process's share of one core.</summary>
    public double ControllerCores => ControllerTime.TotalSeconds / Seconds;

    /// <summary>Pictures a second, all cameras together.</summary>
    public double PicturesPerSecond => Pictures / Seconds;
}
