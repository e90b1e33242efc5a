using System.Globalization;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Learning.Seeds;

/// <summary>
/// Shows several runs at once from the metrics that their processes write: a bar over all trials and one for each run in
/// progress, and a line for each completed trial. One thread.
/// </summary>
internal sealed class ChildRunsDisplay : IDisposable
{
    private readonly CommandOutput _output;
    private readonly IReadOnlyList<ChildRun> _runs;
    private readonly int[] _seen;
    private readonly int _width;
    private readonly ProgressBar _all;
    private readonly Dictionary<ChildRun, ProgressBar> _running = [];

    /// <summary>Starts; trials that earlier processes completed are counted and not shown.</summary>
    public ChildRunsDisplay(CommandOutput output, IReadOnlyList<ChildRun> runs, string title)
    {
        (_output, _runs) = (output, runs);
        _seen = [.. runs.Select(r => Read(r.Figures).Count)];
        _width = runs.Max(r => r.Label.Length);
        var total = runs.Sum(r => (long)r.Trials);
        if (_seen.Sum() is var known and > 0)
            output.Line($"Going on after {known} of {total} trials, which an earlier run completed.");
        _all = output.StartProgress(title, total);
    }

    /// <summary>Polls the files.</summary>
    /// <param name="running">The running runs.</param>
    public void Refresh(IReadOnlyCollection<ChildRun> running)
    {
        foreach (var ended in _running.Keys.Where(r => !running.Contains(r)).ToList())
        {
            _running.Remove(ended, out var bar);
            bar!.Dispose();
        }

        for (var i = 0; i < _runs.Count; i++)
        {
            var (run, last) = (_runs[i], "");
            foreach (var trial in Read(run.Figures).Skip(_seen[i]))
            {
                _seen[i]++;
                last = string.Create(CultureInfo.InvariantCulture, $"return {trial.Number("return"):F1}");
                _output.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{run.Label.PadRight(_width)}  trial {trial.Trial,2}  {trial.Text("controller"),-8}  return "
                        + $"{trial.Number("return"),9:F2}"));
            }

            if (!running.Contains(run))
                continue;
            if (!_running.TryGetValue(run, out var bar))
                _running.Add(run, bar = _output.StartProgress(run.Label, run.Trials));
            if (last.Length > 0)
                bar.Report(_seen[i], last);
        }

        _all.Report(_seen.Sum());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bar in _running.Values)
            bar.Dispose();
        _all.Dispose();
    }

    private static IReadOnlyList<TrialMetrics> Read(string figures) => TrialMetrics.ReadLines(figures);
}
