using System.Globalization;
using Robotics.App.Shell;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Composition;

/// <summary>
/// Shows several runs at once by watching the figures that their processes write: one bar over all trials, and a line for each
/// trial that ends. One thread.
/// </summary>
internal sealed class ChildRunsDisplay : IDisposable
{
    private readonly CommandOutput _output;
    private readonly IReadOnlyList<ChildRun> _runs;
    private readonly int[] _seen;
    private readonly int _width;
    private readonly ProgressBar _bar;
    private string _last = "";

    /// <summary>Starts; trials that earlier processes completed are counted and not shown.</summary>
    public ChildRunsDisplay(CommandOutput output, IReadOnlyList<ChildRun> runs, string title)
    {
        (_output, _runs) = (output, runs);
        _seen = [.. runs.Select(r => Read(r.Figures).Count)];
        _width = runs.Max(r => r.Label.Length);
        var total = runs.Sum(r => (long)r.Trials);
        if (_seen.Sum() is var known and > 0)
            output.Line($"Going on after {known} of {total} trials, which an earlier run completed.");
        _bar = output.StartProgress(title, total);
    }

    /// <summary>Looks at the files.</summary>
    public void Refresh()
    {
        for (var i = 0; i < _runs.Count; i++)
        {
            foreach (var trial in Read(_runs[i].Figures).Skip(_seen[i]))
            {
                _seen[i]++;
                _last = string.Create(CultureInfo.InvariantCulture, $"{_runs[i].Label}: return {trial.Number("return"):F1}");
                _output.Line(string.Create(CultureInfo.InvariantCulture, $"{_runs[i].Label.PadRight(_width)}  trial {trial.Trial,2}  {trial.Text("controller"),-8}  return {trial.Number("return"),9:F2}"));
            }
        }

        _bar.Report(_seen.Sum(), _last);
    }

    /// <inheritdoc/>
    public void Dispose() => _bar.Dispose();

    private static IReadOnlyList<TrialMetrics> Read(string figures) => TrialMetrics.ReadLines(figures);
}
