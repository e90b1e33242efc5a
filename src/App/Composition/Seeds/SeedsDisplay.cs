using System.Globalization;
using Robotics.App.Shell;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Composition;

/// <summary>
/// Shows several seeds' runs at once by watching the figures that their processes write: one bar over all trials, and a line for
/// each trial that ends. One thread.
/// </summary>
internal sealed class SeedsDisplay : IDisposable
{
    private readonly CommandOutput _output;
    private readonly IReadOnlyDictionary<ulong, RunFolder> _runs;
    private readonly Dictionary<ulong, int> _seen;
    private readonly ProgressBar _bar;
    private string _last = "";

    /// <summary>Starts; trials that earlier processes completed are counted and not shown.</summary>
    public SeedsDisplay(CommandOutput output, IReadOnlyDictionary<ulong, RunFolder> runs, int trialsPerSeed)
    {
        (_output, _runs) = (output, runs);
        _seen = runs.ToDictionary(r => r.Key, r => Read(r.Value).Count);
        if (_seen.Values.Sum() is var known and > 0)
            output.Line($"Going on after {known} of {runs.Count * trialsPerSeed} trials, which an earlier run completed.");
        _bar = output.StartProgress($"{runs.Count} seeds, trials", (long)runs.Count * trialsPerSeed);
    }

    /// <summary>Looks at the files.</summary>
    public void Refresh()
    {
        foreach (var (seed, run) in _runs)
        {
            foreach (var trial in Read(run).Skip(_seen[seed]))
            {
                _seen[seed]++;
                _last = string.Create(CultureInfo.InvariantCulture, $"seed {seed}: return {trial.Number("return"):F1}");
                _output.Line(string.Create(CultureInfo.InvariantCulture, $"seed {seed,3}  trial {trial.Trial,2}  {trial.Text("controller"),-8}  return {trial.Number("return"),9:F2}"));
            }
        }

        _bar.Report(_seen.Values.Sum(), _last);
    }

    /// <inheritdoc/>
    public void Dispose() => _bar.Dispose();

    private static IReadOnlyList<TrialMetrics> Read(RunFolder run) => File.Exists(run.Metrics) ? TrialMetrics.Read(run) : [];
}
