using Spectre.Console;
using Spectre.Console.Rendering;

namespace Robotics.Reporting.Output;

/// <summary>
/// The progress bars on standard error, redrawn in place by Spectre.Console. Its display must have one owner, so that a thread of
/// its own draws while there are bars; the others leave numbers in them, and a line that is to be written makes it step aside.
/// Without a screen nothing is drawn. Thread-safe.
/// </summary>
/// <param name="console">The screen; null when standard error is none.</param>
public sealed class LiveScreen(IAnsiConsole? console)
{
    private const int BarColumns = 24;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(100);

    // The owner holds the gate while it draws and lets go of it while it waits.
    private readonly object _gate = new();
    private readonly List<ProgressBar> _bars = [];
    private bool _hasOwner;
    private bool _isDrawn;
    private bool _isLastEnded;
    private int _writers;

    /// <summary>Shows another bar below those that are there.</summary>
    public void Add(ProgressBar bar)
    {
        if (console is null)
            return;
        lock (_gate)
        {
            _bars.Add(bar);
            if (!_hasOwner)
                new Thread(Own) { IsBackground = true, Name = "screen" }.Start();
            _hasOwner = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes a bar away; the last one's final state stays on the screen. Does nothing for a bar that is gone.</summary>
    public void Remove(ProgressBar bar)
    {
        lock (_gate)
        {
            if (!_bars.Contains(bar))
                return;
            if (_bars.Count > 1)
            {
                _bars.Remove(bar);
                return;
            }

            _isLastEnded = true;
            Monitor.PulseAll(_gate);
            while (_isLastEnded)
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Writes a line to a stream of the same terminal, above the bars.</summary>
    public void WriteLine(TextWriter writer, string text)
    {
        lock (_gate)
        {
            _writers++;
            Monitor.PulseAll(_gate);
            while (_isDrawn)
                Monitor.Wait(_gate);
            writer.WriteLine(text);
            _writers--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The owner's thread: draws whenever there is something to draw.</summary>
    private void Own()
    {
        lock (_gate)
        {
            while (true)
            {
                while (_bars.Count == 0 || _writers > 0)
                    Monitor.Wait(_gate);
                Draw(console!);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Draw(IAnsiConsole screen)
    {
        var progress = new Progress(screen) { AutoRefresh = false, AutoClear = true, ExcludeVerticalPadding = true };
        progress.Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = BarColumns },
            new PercentageColumn(),
            new FiguresColumn());
        progress.Start(context =>
        {
            _isDrawn = true;
            screen.Cursor.Show(); // a process that is killed must not leave the terminal without a cursor
            var tasks = new List<ProgressTask>();
            while (_writers == 0 && !_isLastEnded)
            {
                Update(context, tasks);
                Monitor.Wait(_gate, RefreshInterval);
            }

            Update(context, tasks);
            progress.AutoClear = !_isLastEnded;
        });
        _isDrawn = false;
        if (!_isLastEnded)
            return;
        _bars.Clear();
        _isLastEnded = false;
    }

    private void Update(ProgressContext context, List<ProgressTask> tasks)
    {
        foreach (var gone in tasks.Where(t => !_bars.Contains((ProgressBar)t.Tag!)).ToList())
        {
            context.RemoveTask(gone);
            tasks.Remove(gone);
        }

        foreach (var bar in _bars.Skip(tasks.Count))
        {
            var task = context.AddTask(Markup.Escape(bar.Title), autoStart: true, maxValue: bar.Total);
            task.Tag = bar;
            tasks.Add(task);
        }

        foreach (var task in tasks)
            task.Value = ((ProgressBar)task.Tag!).Done;
        context.Refresh();
    }

    /// <summary>Text of a bar's steps and times.</summary>
    private sealed class FiguresColumn : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(((ProgressBar)task.Tag!).Describe()) { Overflow = Overflow.Ellipsis };
    }
}
