namespace Robotics.Benchmarks.Planner;

/// <summary>Result of a planner benchmark. Immutable.</summary>
/// <param name="Preset">Name of the planning problem.</param>
/// <param name="Threads">Threads of each evaluator.</param>
/// <param name="Propagation">Propagation of particles through members.</param>
/// <param name="Precision">Number format of the fused evaluator's products.</param>
/// <param name="Void">True when the machine was disturbed or a decision had no finite rollout.</param>
/// <param name="GflopPerDecision">Floating-point operations of a decision, 10⁹.</param>
/// <param name="RolloutsPerDecision">Rollouts of a decision.</param>
/// <param name="Fused">Decisions with the fused evaluator.</param>
/// <param name="Libtorch">Decisions with libtorch's evaluator; null where it lacks the propagation.</param>
/// <param name="CeilingGflops">Best rate of libtorch's matrix product, GFLOP/s.</param>
/// <param name="CeilingVariation">Variation of the ceiling over the rounds, 0 to 1.</param>
/// <param name="RatioLibtorchOverFused">Median duration with libtorch divided by that of the fused evaluator; NaN without libtorch.</param>
internal sealed record PlannerResult(
    string Preset, int Threads, string Propagation, string Precision, bool Void, double GflopPerDecision, long RolloutsPerDecision,
    FusedResult Fused, DecisionResult? Libtorch, double CeilingGflops, double CeilingVariation, double RatioLibtorchOverFused);

/// <summary>Durations and rate of decisions with one evaluator. Immutable.</summary>
/// <param name="MsMin">Minimum duration, ms.</param>
/// <param name="MsMedian">Median duration, ms.</param>
/// <param name="MsP99">99th percentile of the duration, ms.</param>
/// <param name="Gflops">Best rate, GFLOP/s.</param>
/// <param name="Decisions">Number of decisions.</param>
internal record DecisionResult(double MsMin, double MsMedian, double MsP99, double Gflops, int Decisions)
{
    /// <summary>The result of a timer.</summary>
    public DecisionResult(DecisionTimer timer)
        : this(timer.Milliseconds(0), timer.Milliseconds(0.5), timer.Milliseconds(0.99), timer.BestGigaflops, timer.Count)
    {
    }
}

/// <summary>The same for the fused evaluator. Immutable.</summary>
internal sealed record FusedResult : DecisionResult
{
    /// <summary>The result of a timer.</summary>
    public FusedResult(DecisionTimer timer, double ceiling)
        : base(timer) => (FractionOfCeiling, AllocatedBytes) = (timer.BestGigaflops / ceiling, timer.AllocatedBytes);

    /// <summary>Best rate divided by the ceiling.</summary>
    public double FractionOfCeiling { get; }

    /// <summary>Memory that the decisions allocated, bytes.</summary>
    public long AllocatedBytes { get; }
}
