using Robotics.Core.Randomness;

namespace Robotics.Reporting.Numbers;

/// <summary>One trial over all seeds. Immutable.</summary>
/// <param name="Trial">The trial, from 0.</param>
/// <param name="Seeds">Seeds that reached it with a return.</param>
/// <param name="Mean">The mean return.</param>
/// <param name="Median">The median return.</param>
/// <param name="Minimum">The worst seed's return.</param>
/// <param name="Maximum">The best seed's return.</param>
/// <param name="Interval">The 95 % bootstrap interval of the mean.</param>
public sealed record CurvePoint(int Trial, int Seeds, double Mean, double Median, double Minimum, double Maximum, Interval Interval)
{
    /// <summary>The standard deviation of the return over seeds (n − 1); 0 for a single one.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The mean over seeds of the best return so far: what some papers plot in place of the return.</summary>
    public required double BestSoFar { get; init; }
}

/// <summary>The learning curves of several seeds, and what they are together. Immutable; thread-safe.</summary>
public sealed class LearningCurve
{
    /// <summary>Puts curves together.</summary>
    /// <param name="returnsBySeed">Per seed the return of each trial, NaN where all episodes diverged; curves may differ in length.</param>
    /// <param name="key">The randomness of the bootstrap; the same key gives the same intervals.</param>
    public LearningCurve(IReadOnlyDictionary<ulong, IReadOnlyList<double>> returnsBySeed, RandomKey key)
    {
        Seeds = new SortedDictionary<ulong, IReadOnlyList<double>>(returnsBySeed.ToDictionary(s => s.Key, s => s.Value));
        var trials = Seeds.Values.Select(r => r.Count).DefaultIfEmpty(0).Max();
        Points = [.. Enumerable.Range(0, trials).Select(t => Point(t, key.Derive((ulong)t)))];
    }

    /// <summary>Per seed the return of each trial, in order of the seeds.</summary>
    public IReadOnlyDictionary<ulong, IReadOnlyList<double>> Seeds { get; }

    /// <summary>All seeds together, trial by trial.</summary>
    public IReadOnlyList<CurvePoint> Points { get; }

    /// <summary>
    /// The area under the mean curve by the trapezoidal rule, divided by its length: the mean return while learning. A single
    /// trial's area is its mean.
    /// </summary>
    public double MeanArea
    {
        get
        {
            double[] means = [.. Points.Select(p => p.Mean).Where(double.IsFinite)];
            if (means.Length < 2)
                return means.Length == 0 ? 0 : means[0];
            var inner = means.Skip(1).SkipLast(1).Sum();
            return (inner + ((means[0] + means[^1]) / 2)) / (means.Length - 1);
        }
    }

    /// <summary>A trial of all seeds together; null when no seed has reached it.</summary>
    public CurvePoint? At(int trial) => trial >= 0 && trial < Points.Count ? Points[trial] : null;

    private CurvePoint Point(int trial, RandomKey key)
    {
        var returns = Seeds.Values.Where(r => r.Count > trial).Select(r => r[trial]).Where(double.IsFinite).ToList();
        if (returns.Count == 0)
        {
            return new CurvePoint(trial, 0, double.NaN, double.NaN, double.NaN, double.NaN, new Interval(double.NaN, double.NaN))
            {
                StandardDeviation = double.NaN,
                BestSoFar = double.NaN,
            };
        }

        return new CurvePoint(
            trial, returns.Count, Statistics.Mean(returns), Statistics.Median(returns), returns.Min(), returns.Max(),
            Statistics.BootstrapInterval(returns, key))
        {
            StandardDeviation = Statistics.StandardDeviation(returns),
            BestSoFar = Seeds.Values.Where(r => r.Count > trial).Select(r => r.Take(trial + 1).Max()).Where(double.IsFinite).Average(),
        };
    }
}
