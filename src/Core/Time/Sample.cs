namespace Robotics.Core.Time;

/// <summary>A value with its history in time. Immutable.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Value">Measured value.</param>
/// <param name="CapturedAt">Capture time.</param>
/// <param name="ReceivedAt">Arrival time in this process.</param>
/// <param name="Sequence">Counts the source's samples from 0; a jump is a gap.</param>
public readonly record struct Sample<T>(T Value, MonotonicTime CapturedAt, MonotonicTime ReceivedAt, long Sequence);
