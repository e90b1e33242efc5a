using Robotics.Benchmarks.Machine;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.WorldModel.Rollouts;

namespace Robotics.Benchmarks.Planner;

/// <summary>Options of a planner benchmark. Immutable.</summary>
/// <param name="Preset">The planning problem.</param>
/// <param name="Threads">Threads of each of the three.</param>
/// <param name="Propagation">Propagation of particles through members.</param>
/// <param name="Precision">Number format of the fused evaluator's products; libtorch and the ceiling use floats.</param>
/// <param name="Seconds">Duration of the measurement, s.</param>
/// <param name="Seed">Seed of weights and decisions.</param>
internal sealed record PlannerBenchmarkOptions(
    PlannerPreset Preset, int Threads, Propagation Propagation, Precision Precision, double Seconds, ulong Seed);

/// <summary>
/// Compares, in one run and in turns, the machine's ceiling (libtorch's matrix product), the fused evaluator and libtorch's. Each round
/// spends a fraction of the time on each of them, so that a disturbance affects all three and shows in the ceilings of the rounds.
/// libtorch splits candidates among threads that each compute alone: on the machines tested so far that is faster than several threads
/// within each operator.
/// </summary>
internal sealed class PlannerBenchmark : IDisposable
{
    private const int Rounds = 5;
    private const int ProductsPerRound = 12;
    private const int CandidatesAtOnce = 50;
    private const double SettleSeconds = 0.1;
    private const double WarmUpSeconds = 0.7;
    private const int WarmUps = 2;
    private readonly PlannerBenchmarkOptions _options;
    private readonly IClock _clock;
    private readonly MatrixProduct _product;
    private readonly WorkerPool _workers;
    private readonly LibtorchEnsembleEvaluator? _peer;
    private readonly List<double> _ceilings = [];

    /// <summary>Creates the evaluators.</summary>
    public PlannerBenchmark(PlannerBenchmarkOptions options, IClock clock)
    {
        (_options, _clock) = (options, clock);
        _product = new MatrixProduct(clock);
        _workers = PinnedWorkers.Create(options.Threads);
        var key = RandomKey.FromSeed(options.Seed);
        var weights = RandomEnsemble.Create(options.Preset, key.Derive("weights"));
        var fused = new FusedEnsembleEvaluator(PackedEnsemble.Compile(weights, precision: options.Precision), FusedOptions());
        var flops = fused.FlopsPerCandidateStep;
        Fused = new DecisionTimer(options.Preset, fused, flops, clock, key.Derive("decisions"));
        if (options.Propagation is not (Propagation.TS1 or Propagation.TSInfinity))
            return;
        _peer = new LibtorchEnsembleEvaluator(weights, PeerOptions());
        Libtorch = new DecisionTimer(options.Preset, _peer, flops, clock, key.Derive("decisions"));
    }

    /// <summary>Decisions with the fused evaluator.</summary>
    public DecisionTimer Fused { get; }

    /// <summary>Decisions with libtorch's; null for a propagation that it lacks.</summary>
    public DecisionTimer? Libtorch { get; }

    /// <summary>GFLOP/s of each round's matrix products.</summary>
    public IReadOnlyList<double> Ceilings => _ceilings;

    /// <summary>Measures.</summary>
    /// <param name="cancellationToken">Stops between two decisions.</param>
    public void Run(CancellationToken cancellationToken)
    {
        // The first decisions compile code, touch memory and start threads; the runtime goes on compiling hot code, in the
        // background and in two tiers, for a while.
        _product.Measure(_options.Threads, ProductsPerRound);
        for (var i = 0; i < WarmUps; i++)
        {
            WarmUp(Fused, cancellationToken);
            if (Libtorch is not null)
                WarmUp(Libtorch, cancellationToken);
        }

        for (var round = 0; round < Rounds; round++)
        {
            MeasureCeiling();
            Fill(Fused, cancellationToken);
            if (Libtorch is not null)
                Fill(Libtorch, cancellationToken);
        }

        MeasureCeiling();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _peer?.Dispose();
        _product.Dispose();
        _workers.Dispose();
    }

    private FusedEnsembleOptions FusedOptions() => new()
    {
        Propagation = _options.Propagation,
        Precision = _options.Precision,
        Particles = _options.Propagation.Carried(_options.Preset.Particles),
        Reward = _options.Preset.Reward,
        MaximumPopulation = _options.Preset.Planner.MaximumPopulationSize,
        MaximumHorizon = _options.Preset.Planner.Horizon,
        Workers = _workers,
    };

    private LibtorchEvaluatorOptions PeerOptions() => new()
    {
        Propagation = _options.Propagation,
        Particles = _options.Preset.Particles,
        Reward = _options.Preset.Reward,
        Workers = _workers,
        CandidatesAtOnce = CandidatesAtOnce,
    };

    private void MeasureCeiling()
    {
        Settle();
        _ceilings.Add(_product.Measure(_options.Threads, ProductsPerRound));
        Settle();
    }

    private void WarmUp(DecisionTimer timer, CancellationToken cancellationToken)
    {
        var end = _clock.Now + TimeSpan.FromSeconds(WarmUpSeconds);
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            timer.WarmUp();
        }
        while (_clock.Now < end);
    }

    private void Fill(DecisionTimer timer, CancellationToken cancellationToken)
    {
        var end = _clock.Now + TimeSpan.FromSeconds(_options.Seconds / Rounds / (Libtorch is null ? 1 : 2));
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            timer.Run();
        }
        while (_clock.Now < end);
    }

    // OpenMP's threads spin for a while before they sleep, which would disturb the measurement.
    private void Settle()
    {
        var end = _clock.Now + TimeSpan.FromSeconds(SettleSeconds);
        while (_clock.Now < end)
            Thread.SpinWait(100);
    }
}
