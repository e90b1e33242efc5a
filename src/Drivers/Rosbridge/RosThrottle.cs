using Robotics.Core.Time;

namespace Robotics.Drivers.Rosbridge;

/// <summary>
/// Finds the shortest time between two images that a link carries. The queue of a rosbridge server is not bounded by the speed of its
/// client, so images that age are the sign that it grows: the time between them is then set to somewhat more than that at which they
/// arrive, and shortened again when the link has been quick for a while. Not thread-safe; does not allocate.
/// </summary>
internal sealed class RosThrottle
{
    private const int Longest = 2000;
    private const double TooOldSeconds = 0.25;
    private const double FreshSeconds = 0.1;
    private static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly int _shortest;
    private MonotonicTime _windowStart;
    private MonotonicTime _changedAt;
    private int _count;

    /// <summary>Starts at the configured rate.</summary>
    /// <param name="shortest">Time between two images at that rate, ms.</param>
    public RosThrottle(int shortest) => _shortest = Milliseconds = shortest;

    /// <summary>Shortest time between two images, ms.</summary>
    public int Milliseconds { get; private set; }

    /// <summary>Takes note of an image; true when <see cref="Milliseconds"/> has changed.</summary>
    /// <param name="now">Arrival.</param>
    /// <param name="ageSeconds">Age of the image at its arrival, s.</param>
    public bool Observe(MonotonicTime now, double ageSeconds)
    {
        _count++;
        var elapsed = now - _windowStart;
        if (elapsed < WindowLength)
            return false;
        var interval = elapsed.TotalMilliseconds / _count;
        (_windowStart, _count) = (now, 0);
        var before = Milliseconds;
        if (ageSeconds > TooOldSeconds && now - _changedAt > 2 * WindowLength)
            Milliseconds = Math.Clamp((int)(interval * 1.25), Math.Min(before + 1, Longest), Longest);
        else if (ageSeconds < FreshSeconds && now - _changedAt > Patience)
            Milliseconds = Math.Max(_shortest, (int)(before * 0.9));
        if (Milliseconds == before)
            return false;
        _changedAt = now;
        return true;
    }
}
