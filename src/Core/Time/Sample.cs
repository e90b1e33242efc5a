namespace Robotics.Core.Time;

/// <summary>A value with its history in time. Immutable.</summary>
/// <typeparam name="T">The value's type.</typeparam>
/// <param name="Value">What was measured.</param>
/// <param name="CapturedAt">When it was true in the world.</param>
/// <param name="ReceivedAt">When this process had it in hand.</param>
/// <param name="Sequence">Counts the source's samples from 0; a jump is a gap.</param>
public readonly record struct Sample<T>(T Value, MonotonicTime CapturedAt, MonotonicTime ReceivedAt, long Sequence);
