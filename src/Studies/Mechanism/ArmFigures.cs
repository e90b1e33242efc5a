using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Reporting.Numbers;
using Robotics.Runtime.LockStep;

namespace Robotics.Studies.Mechanism;

/// <summary>A figure's course over trials: its mean over seeds and the 95 % bootstrap interval of that. Immutable.</summary>
/// <param name="Trials">The trials under the planner.</param>
/// <param name="Mean">[trials].</param>
/// <param name="Low">[trials].</param>
/// <param name="High">[trials].</param>
internal sealed record ArmCourse(double[] Trials, double[] Mean, double[] Low, double[] High);

/// <summary>What one arm's runs brought, trials under the planner only. Reads the disk once; immutable.</summary>
internal sealed class ArmFigures
{
    private readonly List<List<TrialMetrics>> _trials;

    /// <summary>Reads the runs.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="runs">Its runs by seed.</param>
    public ArmFigures(StudyArm arm, IReadOnlyDictionary<ulong, RunFolder> runs)
        : this(arm, [.. runs.OrderBy(r => r.Key).Select(r => TrialMetrics.Read(r.Value))])
    {
        RankCorrelations = [.. runs.OrderBy(r => r.Key).Select(r => Pooled(TrialMetrics.ReadAudits(r.Value)))];
    }

    /// <summary>Takes figures that were read.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="seeds">By seed, in order, a line each trial.</param>
    public ArmFigures(StudyArm arm, IReadOnlyList<IReadOnlyList<TrialMetrics>> seeds)
    {
        var random = new RandomPolicy().Name;
        (Arm, RankCorrelations) = (arm, []);
        _trials = [.. seeds.Select(s => s.Where(t => t.Text("controller") != random).ToList())];
    }

    /// <summary>The arm.</summary>
    public StudyArm Arm { get; }

    /// <summary>[seeds], the rank correlation of disagreement with the size of the plans' errors over all trials' plans; NaN without.</summary>
    public IReadOnlyList<double> RankCorrelations { get; }

    /// <summary>[seeds], a figure's mean over the trials; NaN where no trial has it.</summary>
    public IReadOnlyList<double> MeanOf(string name) => [.. _trials.Select(s => Average(s.Select(t => t.Number(name))))];

    /// <summary>[seeds], a figure in the last trial.</summary>
    public IReadOnlyList<double> LastOf(string name) => [.. _trials.Select(s => s[^1].Number(name))];

    /// <summary>[seeds], a figure at one trial; NaN where there is no such trial.</summary>
    public IReadOnlyList<double> At(int trial, string name) => [.. _trials.Select(s => s.FirstOrDefault(t => t.Trial == trial)?.Number(name) ?? double.NaN)];

    /// <summary>[seeds], the sum of a figure over the trials.</summary>
    public IReadOnlyList<double> SumOf(string name) => [.. _trials.Select(s => s.Sum(t => t.Number(name)))];

    /// <summary>A figure trial by trial.</summary>
    public ArmCourse Course(string name)
    {
        var trials = Enumerable.Range(0, _trials.Min(s => s.Count)).ToList();
        var values = trials.ConvertAll(t => _trials.ConvertAll(s => s[t].Number(name)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).ToList());
        var intervals = values.ConvertAll(v => Statistics.BootstrapInterval(v, RandomKey.FromSeed(0).Derive(name)));
        return new ArmCourse(
            [.. trials.Select(t => (double)_trials[0][t].Trial)], [.. values.Select(v => v.Average())], [.. intervals.Select(i => i.Low)], [.. intervals.Select(i => i.High)]);
    }

    /// <summary>The mean of what is finite; NaN when nothing is.</summary>
    public static double Average(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static double Pooled(IReadOnlyList<(int Trial, ReturnPrediction Pair)> audits) =>
        ReturnPredictionReport.TryOf([.. audits.Select(a => a.Pair)])?.RankCorrelation ?? double.NaN;
}
