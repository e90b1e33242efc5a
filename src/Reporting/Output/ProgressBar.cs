using System.Globalization;
using Robotics.Core.Progress;
using Robotics.Core.Time;

namespace Robotics.Reporting.Output;

/// <summary>
/// Progress with an estimate of the time left, one line of a <see cref="LiveScreen"/>. Disposing ends it; the last bar leaves its
/// final state on the screen. Reports come from one thread and only store numbers, so that they cost the worker nothing.
/// </summary>
public sealed class ProgressBar : IProgressLine
{
    private readonly LiveScreen _screen;
    private readonly IClock _clock;
    private readonly MonotonicTime _start;
    private long _done;
    private volatile string _note = "";

    /// <summary>Starts at zero of <paramref name="total"/> steps.</summary>
    public ProgressBar(LiveScreen screen, IClock clock, string title, long total)
    {
        (_screen, _clock, Title, Total) = (screen, clock, title, Math.Max(total, 1));
        _start = clock.Now;
        screen.Add(this);
    }

    /// <summary>Title.</summary>
    public string Title { get; }

    /// <summary>Number of steps.</summary>
    public long Total { get; }

    /// <summary>Number of steps done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Reports that <paramref name="done"/> steps are done; <paramref name="note"/> is shown behind the bar.</summary>
    public void Report(long done, string note = "")
    {
        Interlocked.Exchange(ref _done, Math.Clamp(done, 0, Total));
        _note = note;
    }

    /// <summary>Steps, times and note as they are now. The time left is that of the remaining steps at the mean pace so far.</summary>
    public string Describe()
    {
        var (done, elapsed) = (Done, _clock.Now - _start);
        var times = done > 0 && done < Total
            ? $"{Short(elapsed)} passed, about {Short(elapsed * ((double)(Total - done) / done))} left"
            : $"{Short(elapsed)} passed";
        return $"{done}/{Total}  {times}{(_note.Length > 0 ? $"  {_note}" : "")}";
    }

    /// <inheritdoc/>
    public void Dispose() => _screen.Remove(this);

    private static string Short(TimeSpan time) => time.TotalHours >= 1
        ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
