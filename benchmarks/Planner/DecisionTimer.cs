using Robotics.Controller.Planning;
using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;
using Robotics.Reporting.Numbers;

namespace Robotics.Benchmarks.Planner;

/// <summary>Times decisions of a preset's planner over one evaluator. One thread.</summary>
internal sealed class DecisionTimer
{
    private readonly CountingEvaluator _evaluator;
    private readonly IPlanner _planner;
    private readonly IClock _clock;
    private readonly RandomKey _key;
    private readonly Belief _belief;
    private readonly ActionPlanBuffer _plan;
    private readonly double _flopsPerStep;
    private readonly List<double> _seconds = [];
    private readonly List<double> _flops = [];
    private ulong _decisions;

    /// <summary>Creates a planner.</summary>
    /// <param name="preset">The planning problem.</param>
    /// <param name="evaluator">Evaluator of action sequences.</param>
    /// <param name="flopsPerStep">Multiplications and additions of all particles of a sequence in one step.</param>
    /// <param name="clock">The stopwatch.</param>
    /// <param name="key">Random key of the decisions.</param>
    public DecisionTimer(PlannerPreset preset, ITrajectoryEvaluator evaluator, double flopsPerStep, IClock clock, RandomKey key)
        : this(preset.Planner, evaluator, flopsPerStep, clock, key)
    {
    }

    /// <summary>Creates a planner.</summary>
    /// <param name="planner">Options of the planner.</param>
    /// <param name="evaluator">Evaluator of action sequences.</param>
    /// <param name="flopsPerStep">Multiplications and additions of all particles of a sequence in one step.</param>
    /// <param name="clock">The stopwatch.</param>
    /// <param name="key">Random key of the decisions.</param>
    /// <param name="prior">Proposes sequences; null for none.</param>
    /// <param name="std">Std of every element of the belief.</param>
    public DecisionTimer(
        PlannerOptions planner, ITrajectoryEvaluator evaluator, double flopsPerStep, IClock clock, RandomKey key,
        IActionPrior? prior = null, float std = 0)
    {
        (_clock, _key, _flopsPerStep) = (clock, key, flopsPerStep);
        _evaluator = new CountingEvaluator(evaluator);
        _planner = PlannerFactory.Create(planner, _evaluator, prior: prior);
        _belief = new Belief(evaluator.BeliefDimension);
        _belief.Mean.AsSpan().Fill(0.1f);
        _belief.StandardDeviation.AsSpan().Fill(std);
        _plan = new ActionPlanBuffer(planner.Horizon, evaluator.ActionDimension);
    }

    /// <summary>Decisions timed.</summary>
    public int Count => _seconds.Count;

    /// <summary>Bytes that all threads allocated in the timed decisions.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>GFLOP of one decision: the layers' multiplications and additions.</summary>
    public double GigaflopPerDecision => _flops.Count == 0 ? 0 : _flops.Average() / 1e9;

    /// <summary>Sequences of the last decision.</summary>
    public long Sequences { get; private set; }

    /// <summary>True when a decision had no finite rollout, which is an error.</summary>
    public bool Failed { get; private set; }

    /// <summary>A decision that is not timed.</summary>
    public void WarmUp() => Decide();

    /// <summary>One timed decision.</summary>
    public void Run()
    {
        var (steps, bytes) = (_evaluator.Steps, GC.GetTotalAllocatedBytes(precise: true));
        var start = _clock.Now;
        Decide();
        var seconds = (_clock.Now - start).TotalSeconds;
        AllocatedBytes += GC.GetTotalAllocatedBytes(precise: true) - bytes;
        _seconds.Add(seconds);
        _flops.Add(_flopsPerStep * (_evaluator.Steps - steps));
    }

    /// <summary>Quantile of the decision times, ms.</summary>
    public double Milliseconds(double share) => 1000 * Statistics.Quantile(_seconds, share);

    /// <summary>GFLOP/s of the fastest decision, relative to its own work.</summary>
    public double BestGigaflops => _seconds.Zip(_flops, (s, f) => f / s / 1e9).Max();

    private void Decide()
    {
        var before = _evaluator.Sequences;
        Failed |= _planner.Plan(_belief, default, _key.Derive(_decisions++), default, _plan) != PlanStatus.Ok;
        Sequences = _evaluator.Sequences - before;
    }
}
