using System.Globalization;
using Robotics.Core;

namespace Robotics.App.Shell;

/// <summary>
/// Progress with an estimate of the time left. On a screen one line is redrawn; into a file or pipe a plain line is
/// written now and then. Disposing writes the final state. Not thread-safe.
/// </summary>
internal sealed class ProgressBar : IDisposable
{
    private const int BarColumns = 24;
    private static readonly TimeSpan ScreenInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly TextWriter _writer;
    private readonly bool _interactive;
    private readonly int _width;
    private readonly IClock _clock;
    private readonly string _title;
    private readonly long _total;
    private readonly MonotonicTime _start;
    private MonotonicTime _next;
    private long _done;
    private string _note = "";
    private bool _disposed;

    /// <summary>Starts at zero of <paramref name="total"/> steps.</summary>
    public ProgressBar(TextWriter writer, bool interactive, int width, IClock clock, string title, long total)
    {
        (_writer, _interactive, _width, _clock, _title, _total) = (writer, interactive, width, clock, title, Math.Max(total, 1));
        _start = _next = clock.Now;
    }

    /// <summary>Says that <paramref name="done"/> steps are behind; <paramref name="note"/> is shown behind the bar.</summary>
    public void Report(long done, string note = "")
    {
        (_done, _note) = (Math.Clamp(done, 0, _total), note);
        var now = _clock.Now;
        if (now < _next)
            return;
        _next = now + (_interactive ? ScreenInterval : PlainInterval);
        Draw(now);
    }

    /// <summary>Takes the bar off the screen, so that another line can be written; the next report draws it again.</summary>
    public void Clear()
    {
        if (!_interactive || _disposed)
            return;
        _writer.Write("\r" + new string(' ', _width - 1) + "\r");
        _next = _clock.Now;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Draw(_clock.Now);
        if (_interactive)
            _writer.WriteLine();
    }

    private void Draw(MonotonicTime now)
    {
        var elapsed = now - _start;
        var left = _done > 0 ? elapsed * ((double)(_total - _done) / _done) : (TimeSpan?)null;
        var times = left is { } rest && _done < _total ? $"{Short(elapsed)} passed, about {Short(rest)} left" : $"{Short(elapsed)} passed";
        var percent = 100 * _done / _total;
        var note = _note.Length > 0 ? $"  {_note}" : "";
        if (!_interactive)
        {
            _writer.WriteLine($"{_title}: {percent}% ({_done}/{_total}), {times}{note}");
            return;
        }

        var filled = (int)(BarColumns * _done / _total);
        var line = $"{_title} [{new string('#', filled)}{new string('.', BarColumns - filled)}] {percent}% {_done}/{_total}  {times}{note}";
        _writer.Write("\r" + (line.Length < _width ? line.PadRight(_width - 1) : line[..(_width - 1)]));
        _writer.Flush();
    }

    private static string Short(TimeSpan time) => time.TotalHours >= 1
        ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
