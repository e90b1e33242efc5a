using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Studies.Mechanism;

/// <summary>A metric by trial: mean over seeds and its 95 % bootstrap interval. Immutable.</summary>
/// <param name="Trials">[trials], numbers of the trials under the planner.</param>
/// <param name="Mean">[trials], mean over seeds.</param>
/// <param name="Low">[trials], lower end of the interval.</param>
/// <param name="High">[trials], upper end of the interval.</param>
internal sealed record LearningCurve(double[] Trials, double[] Mean, double[] Low, double[] High);

/// <summary>Metrics of one condition's runs, trials under the planner only. Reads the disk once; immutable.</summary>
internal sealed class ConditionMetrics
{
    private readonly List<List<TrialMetrics>> _trials;

    /// <summary>Reads the runs.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="runs">Runs by seed.</param>
    public ConditionMetrics(Condition condition, IReadOnlyDictionary<ulong, RunFolder> runs)
        : this(condition, [.. runs.OrderBy(r => r.Key).Select(r => TrialMetrics.Read(r.Value))])
    {
        RankCorrelations = [.. runs.OrderBy(r => r.Key).Select(r => Pooled(TrialMetrics.ReadAudits(r.Value)))];
    }

    /// <summary>Takes metrics that were read.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="seeds">[seeds][trials], in the order of the seeds.</param>
    public ConditionMetrics(Condition condition, IReadOnlyList<IReadOnlyList<TrialMetrics>> seeds)
    {
        var random = new RandomPolicy().Name;
        (Condition, RankCorrelations) = (condition, []);
        _trials = [.. seeds.Select(s => s.Where(t => t.Text("controller") != random).ToList())];
    }

    /// <summary>The condition.</summary>
    public Condition Condition { get; }

    /// <summary>[seeds], rank correlation of disagreement with the size of the plans' errors, plans of all trials; NaN without.</summary>
    public IReadOnlyList<double> RankCorrelations { get; }

    /// <summary>[seeds], mean of a metric over the trials; NaN where no trial has it.</summary>
    public IReadOnlyList<double> MeanOf(string name) => [.. _trials.Select(s => Average(s.Select(t => t.Number(name))))];

    /// <summary>[seeds], a metric in the last trial.</summary>
    public IReadOnlyList<double> LastOf(string name) => [.. _trials.Select(s => s[^1].Number(name))];

    /// <summary>[seeds], a metric in one trial; NaN where there is no such trial.</summary>
    public IReadOnlyList<double> At(int trial, string name) =>
        [.. _trials.Select(s => s.FirstOrDefault(t => t.Trial == trial)?.Number(name) ?? double.NaN)];

    /// <summary>[seeds], sum of a metric over the trials.</summary>
    public IReadOnlyList<double> SumOf(string name) => [.. _trials.Select(s => s.Sum(t => t.Number(name)))];

    /// <summary>A metric by trial.</summary>
    public LearningCurve Curve(string name)
    {
        var trials = Enumerable.Range(0, _trials.Min(s => s.Count)).ToList();
        var values = trials.ConvertAll(t =>
            _trials.ConvertAll(s => s[t].Number(name)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList());
        var intervals = values.ConvertAll(v => Statistics.BootstrapInterval(v, RandomKey.FromSeed(0).Derive(name)));
        return new LearningCurve(
            [.. trials.Select(t => (double)_trials[0][t].Trial)], [.. values.Select(v => v.Average())],
            [.. intervals.Select(i => i.Low)], [.. intervals.Select(i => i.High)]);
    }

    /// <summary>Mean of the finite values; NaN if there are none.</summary>
    public static double Average(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static double Pooled(IReadOnlyList<(int Trial, ReturnPrediction Pair)> audits) =>
        ReturnPredictionReport.TryOf([.. audits.Select(a => a.Pair)])?.RankCorrelation ?? double.NaN;
}
