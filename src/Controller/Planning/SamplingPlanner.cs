using Robotics.Core.Beliefs;
using Robotics.Core.Plans;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Time;

namespace Robotics.Controller.Planning;

/// <summary>
/// The loop that all sampling planners share: sample sequences, roll them out, score, keep the elites, refine. What differs is
/// the <see cref="SearchStrategy"/>. With a clock and a deadline it returns the best so far; without a deadline the plan
/// depends on nothing but the key and what came before. Used by one thread; does not allocate, does not throw; safe on the tick
/// path of the control thread.
/// </summary>
internal sealed class SamplingPlanner : IPlanner
{
    private const ulong ProposalKey = 0;
    private const ulong SampleKey = 1;
    private const ulong RolloutKey = 2;

    private readonly PlannerOptions _options;
    private readonly SearchStrategy _search;
    private readonly ITrajectoryEvaluator _evaluator;
    private readonly IActionPrior? _prior;
    private readonly CandidateSet _candidates;
    private readonly float[] _proposals;
    private readonly int _proposalCount;
    private BudgetGauge _gauge;
    private MonotonicTime _lastValidFrom;
    private bool _hasWarmStart;

    public SamplingPlanner(
        PlannerOptions options, SearchStrategy search, ITrajectoryEvaluator evaluator, IClock? clock, IActionPrior? prior)
    {
        (_options, _search, _evaluator, _prior) = (options, search, evaluator, prior);
        _gauge = new BudgetGauge(clock);
        _candidates = new CandidateSet(search.MaximumPopulationSize, options.Horizon, evaluator.ActionDimension, search.EliteCount);
        _proposalCount = prior is null ? 0 : (int)(options.PriorShare * options.Population);
        _proposals = new float[_proposalCount * _candidates.SequenceLength];
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _search.Reset();
        _hasWarmStart = false;
    }

    /// <inheritdoc/>
    public PlanStatus Plan(Belief belief, MonotonicTime validFrom, RandomKey key, in PlanBudget budget, ActionPlanBuffer into)
    {
        ShiftWarmStart(validFrom, into.Period);
        var iterations = Math.Max(1, budget.Iterations ?? _options.Iterations);
        var status = PlanStatus.NoFiniteRollout;
        var isWhole = true;
        _gauge.Begin(budget.Deadline);
        _search.Begin(iterations);
        for (var i = 0; i < iterations && !_search.HasConverged; i++)
        {
            var wanted = _search.PopulationAt(i);
            _candidates.Count = budget.Stop.IsCancellationRequested
                ? 0
                : _gauge.Fitting(wanted, i == 0 ? _search.LeastPopulation(wanted) : wanted);
            isWhole &= _candidates.Count == wanted;
            if (_candidates.Count == 0)
            {
                status = i == 0 ? PlanStatus.Truncated : status;
                break;
            }

            SampleCandidates(belief, key, i);
            EvaluateCandidates(belief, key, i);
            if (SelectElites() > 0)
            {
                _search.Learn(_candidates);
                status = _search.IsTrusted ? PlanStatus.Ok : PlanStatus.Untrusted;
            }

            _gauge.Finished(_candidates.Count);
        }

        WritePlan(validFrom, into);
        return status == PlanStatus.Ok && !isWhole ? PlanStatus.Truncated : status;
    }

    private void ShiftWarmStart(MonotonicTime validFrom, TimeSpan period)
    {
        if (_hasWarmStart)
        {
            var elapsed = validFrom.Nanoseconds - _lastValidFrom.Nanoseconds;
            var periodNanoseconds = period.Ticks * 100;
            var steps = periodNanoseconds > 0 ? (elapsed + (periodNanoseconds / 2)) / periodNanoseconds : 1;
            _search.Shift((int)Math.Clamp(steps, 0, _options.Horizon));
        }

        _hasWarmStart = true;
        _lastValidFrom = validFrom;
    }

    private void SampleCandidates(Belief belief, RandomKey key, int iteration)
    {
        var random = key.Derive(SampleKey).Derive((ulong)iteration).OpenStream();
        _search.Sample(iteration, _candidates, ref random);
        if (iteration == 0 && _prior is not null && _proposalCount > 0)
            MixInProposals(_prior.Propose(belief, key.Derive(ProposalKey), _proposalCount, _options.Horizon, _proposals));
    }

    /// <summary>Proposals take the places of the first samples; one that is not finite leaves the sample.</summary>
    private void MixInProposals(int count)
    {
        for (var n = 0; n < Math.Min(Math.Min(count, _proposalCount), _candidates.Count); n++)
        {
            var proposal = _proposals.AsSpan(n * _candidates.SequenceLength, _candidates.SequenceLength);
            if (!AllFinite(proposal))
                continue;
            var sequence = _candidates.Sequence(n);
            for (var j = 0; j < sequence.Length; j++)
                sequence[j] = Math.Clamp(proposal[j], -1, 1);
        }
    }

    private void EvaluateCandidates(Belief belief, RandomKey key, int iteration)
    {
        _search.Evaluate(
            _evaluator,
            new RolloutRequest
            {
                Belief = belief.Mean,
                Std = belief.StandardDeviation,
                Actions = _candidates.Actions.AsMemory(0, _candidates.Count * _candidates.SequenceLength),
                Population = _candidates.Count,
                Horizon = _options.Horizon,
                Key = key.Derive(RolloutKey).Derive(_search.KeepsNoise ? 0 : (ulong)iteration),
            },
            _candidates.Rollouts);
    }

    private int SelectElites()
    {
        _candidates.Score((float)_options.DisagreementPenalty, (float)(_options.TrustLimit ?? double.PositiveInfinity));
        _candidates.SelectElites(_search.EliteCount);
        return _candidates.EliteCount;
    }

    private void WritePlan(MonotonicTime validFrom, ActionPlanBuffer into)
    {
        into.Horizon = Math.Min(_options.Horizon, into.HorizonCapacity);
        _search.Solution[..(into.Horizon * into.ActionDimension)].CopyTo(into.Actions);
        into.ValidFrom = validFrom;
        into.PredictedReturn = _search.ExpectedReturn;
        into.Disagreement = _search.ExpectedDisagreement;
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
