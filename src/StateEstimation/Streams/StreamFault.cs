using System.Globalization;
using Robotics.Core.Time;

namespace Robotics.StateEstimation.Streams;

/// <summary>Fault of a stream.</summary>
public enum StreamFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Samples have another size or format than agreed.</summary>
    WrongFormat,

    /// <summary>Samples hold NaN or an infinity.</summary>
    NotFinite,

    /// <summary>Capture times jumped, or lie in the future.</summary>
    TimeJump,

    /// <summary>The same image again and again.</summary>
    Frozen,

    /// <summary>No usable sample for too long.</summary>
    Silent,
}

/// <summary>A stream that became faulty, or good again. Immutable.</summary>
/// <param name="Stream">Index among the modalities.</param>
/// <param name="Fault">Fault since then; <see cref="StreamFault.None"/> when the stream is good again.</param>
/// <param name="At">The tick at which it was noticed.</param>
/// <param name="AgeSeconds">Age of the last good sample then; infinite before the first.</param>
public readonly record struct StreamEvent(int Stream, StreamFault Fault, MonotonicTime At, double AgeSeconds)
{
    /// <summary>One sentence for people: allocates.</summary>
    /// <param name="name">The stream's name.</param>
    public string Describe(string name) => string.Create(
        CultureInfo.InvariantCulture, $"{name}: {StreamReport.Condition(Fault, AgeSeconds)}, noticed at {At.Seconds:F1} s");
}

/// <summary>Condition of a stream. Immutable.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Fault">Current fault.</param>
/// <param name="AgeSeconds">Age of the last good sample; infinite before the first.</param>
/// <param name="DelaySeconds">Estimated time from capture to arrival.</param>
/// <param name="DelayStdSeconds">Std of the delay, s.</param>
/// <param name="Good">Samples taken in.</param>
/// <param name="Refused">Samples left out because of a fault.</param>
/// <param name="Lost">Samples that never came: gaps in the sequence, and what a full queue dropped.</param>
/// <param name="Late">Good samples that belonged to an earlier tick.</param>
/// <param name="TooLate">Good samples older than what is remembered.</param>
public sealed record StreamReport(
    string Name, StreamFault Fault, double AgeSeconds, double DelaySeconds, double DelayStdSeconds, long Good, long Refused, long Lost,
    long Late, long TooLate)
{
    /// <summary>One sentence for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {Condition(Fault, AgeSeconds)}, delay {DelaySeconds * 1000:F0} ± {DelayStdSeconds * 1000:F0} ms, {Good} samples, "
        + $"{Refused} refused, {Lost} lost, {Late} late, {TooLate} too late");

    internal static string Condition(StreamFault fault, double ageSeconds) => double.IsInfinity(ageSeconds)
        ? fault == StreamFault.None ? "nothing yet" : $"{Sentence(fault)}, never a good sample"
        : string.Create(CultureInfo.InvariantCulture, $"{Sentence(fault)}, last good sample {ageSeconds:F2} s old");

    private static string Sentence(StreamFault fault) => fault switch
    {
        StreamFault.WrongFormat => "samples of the wrong size or format",
        StreamFault.NotFinite => "samples that are not finite",
        StreamFault.TimeJump => "capture times jumped",
        StreamFault.Frozen => "frozen, the same image again and again",
        StreamFault.Silent => "silent",
        _ => "good",
    };
}
