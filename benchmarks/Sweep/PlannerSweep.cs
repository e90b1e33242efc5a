using Robotics.Benchmarks.Machine;
using Robotics.Benchmarks.Planner;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;

namespace Robotics.Benchmarks.Sweep;

/// <summary>
/// Growth of the cost of a decision with the fused evaluator with each of its sizes, the others staying at the preset's.
/// The preset's own size is measured once per axis, so that a disturbance shows. One thread, besides the workers.
/// </summary>
internal sealed class PlannerSweep(PlannerBenchmarkOptions options, IClock clock)
{
    private const int FewestDecisions = 3;
    private const double WarmUpSeconds = 1;
    private static readonly double[] Factors = [0.25, 0.5, 1, 2];
    private static readonly int[] ParticlesPerMember = [1, 2, 4, 8];
    private readonly List<SweepPoint> _points = [];

    /// <summary>The points, axis by axis in ascending order.</summary>
    public IReadOnlyList<SweepPoint> Points => _points;

    /// <summary>Relative difference of the fastest decisions at the preset's own size.</summary>
    public double Variation => 1 - (Own.Min(p => p.MillisecondsMinimum) / Own.Max(p => p.MillisecondsMinimum));

    private IEnumerable<SweepPoint> Own => _points.Where(p => p.Factor == 1);

    /// <summary>Measures.</summary>
    /// <param name="progress">Called with the number of sizes done.</param>
    /// <param name="cancellationToken">Stops between two decisions.</param>
    public void Run(Action<int> progress, CancellationToken cancellationToken)
    {
        var cases = Cases().ToArray();
        Measure(cases[0] with { Preset = options.Preset, Threads = options.Threads }, WarmUpSeconds, cancellationToken);
        foreach (var size in cases)
        {
            _points.Add(Measure(size, options.Seconds / cases.Length, cancellationToken));
            progress(_points.Count);
        }
    }

    /// <summary>The sizes, axis by axis.</summary>
    internal IEnumerable<SweepCase> Cases()
    {
        var (preset, threads) = (options.Preset, options.Threads);
        var planner = preset.Planner;
        foreach (var f in Factors)
        {
            var scaled = planner with { Population = Scale(planner.Population, f, 4), Elites = Scale(planner.Elites, f, 1) };
            yield return new("candidates", scaled.Population, f, preset with { Planner = scaled }, threads);
        }

        foreach (var particles in ParticlesPerMember.Select(n => n * preset.Members).Append(preset.Particles).Distinct().Order().Where(
            n => options.Propagation.Carried(n) == n))
            yield return new("particles", particles, (double)particles / preset.Particles, preset with { Particles = particles }, threads);
        foreach (var f in Factors)
        {
            var horizon = Scale(planner.Horizon, f, 1);
            yield return new("horizon", horizon, f, preset with { Planner = planner with { Horizon = horizon } }, threads);
        }

        foreach (var f in Factors)
        {
            int[] hidden = [.. preset.Hidden.Select(h => Scale(h, f, 1))];
            yield return new("width", hidden[0], f, preset with { Hidden = hidden }, threads);
        }

        for (var n = 1; n < Environment.ProcessorCount; n *= 2)
            yield return new("threads", n, (double)n / threads, preset, n);
        yield return new(
            "threads", Environment.ProcessorCount, (double)Environment.ProcessorCount / threads, preset, Environment.ProcessorCount);
    }

    private static int Scale(int value, double factor, int least) => Math.Max(least, (int)Math.Round(value * factor));

    private SweepPoint Measure(SweepCase size, double seconds, CancellationToken cancellationToken)
    {
        using var workers = PinnedWorkers.Create(size.Threads);
        var key = RandomKey.FromSeed(options.Seed);
        var weights = RandomEnsemble.Create(size.Preset, key.Derive("weights"));
        var fused = new FusedEnsembleEvaluator(PackedEnsemble.Compile(weights, precision: options.Precision), new FusedEnsembleOptions
        {
            Propagation = options.Propagation,
            Precision = options.Precision,
            Particles = options.Propagation.Carried(size.Preset.Particles),
            Reward = size.Preset.Reward,
            MaximumPopulation = size.Preset.Planner.MaximumPopulationSize,
            MaximumHorizon = size.Preset.Planner.Horizon,
            Workers = workers,
        });
        var timer = new DecisionTimer(size.Preset, fused, fused.FlopsPerCandidateStep, clock, key.Derive("decisions"));
        timer.WarmUp();
        var end = clock.Now + TimeSpan.FromSeconds(seconds);
        while (timer.Count < FewestDecisions || clock.Now < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            timer.Run();
        }

        return new SweepPoint(
            size.Axis, size.Value, size.Factor, timer.Milliseconds(0), timer.Milliseconds(0.5), timer.GigaflopPerDecision,
            timer.BestGigaflops, timer.Count);
    }
}

/// <summary>One size to be measured. Immutable.</summary>
/// <param name="Axis">The varied size.</param>
/// <param name="Value">Its value.</param>
/// <param name="Factor">The same as a multiple of the preset's.</param>
/// <param name="Preset">The planning problem of that size.</param>
/// <param name="Threads">Its threads.</param>
internal sealed record SweepCase(string Axis, int Value, double Factor, PlannerPreset Preset, int Threads);
