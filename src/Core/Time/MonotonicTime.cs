namespace Robotics.Core.Time;

/// <summary>A moment in nanoseconds since the start of the run. Immutable; safe on the tick path.</summary>
/// <param name="Nanoseconds">Nanoseconds since the run's start; negative for moments before it.</param>
public readonly record struct MonotonicTime(long Nanoseconds) : IComparable<MonotonicTime>
{
    /// <summary>The start of the run.</summary>
    public static MonotonicTime Zero => default;

    /// <summary>Seconds since the start of the run.</summary>
    public double Seconds => Nanoseconds * 1e-9;

    /// <summary>The moment that lies <paramref name="seconds"/> after the start of the run.</summary>
    public static MonotonicTime FromSeconds(double seconds) => new((long)Math.Round(seconds * 1e9));

    /// <summary>The moment that lies <paramref name="span"/> after <paramref name="time"/>.</summary>
    public static MonotonicTime operator +(MonotonicTime time, TimeSpan span) => new(time.Nanoseconds + (span.Ticks * 100));

    /// <summary>The moment that lies <paramref name="span"/> before <paramref name="time"/>.</summary>
    public static MonotonicTime operator -(MonotonicTime time, TimeSpan span) => new(time.Nanoseconds - (span.Ticks * 100));

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>, truncated to 100 ns.</summary>
    public static TimeSpan operator -(MonotonicTime later, MonotonicTime earlier) => new((later.Nanoseconds - earlier.Nanoseconds) / 100);

    /// <summary>True when <paramref name="left"/> is before <paramref name="right"/>.</summary>
    public static bool operator <(MonotonicTime left, MonotonicTime right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>True when <paramref name="left"/> is after <paramref name="right"/>.</summary>
    public static bool operator >(MonotonicTime left, MonotonicTime right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>True when <paramref name="left"/> is not after <paramref name="right"/>.</summary>
    public static bool operator <=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>True when <paramref name="left"/> is not before <paramref name="right"/>.</summary>
    public static bool operator >=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds >= right.Nanoseconds;

    /// <inheritdoc/>
    public int CompareTo(MonotonicTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <inheritdoc/>
    public override string ToString() => $"{Seconds:F6} s";
}
