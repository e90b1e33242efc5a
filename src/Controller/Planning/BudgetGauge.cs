using Robotics.Core;

namespace Robotics.Controller;

/// <summary>
/// Says whether another iteration fits before the deadline: it measures each and expects the next to cost, per candidate, as
/// much as the slowest of this decision. The first iteration runs whenever the deadline has not passed. A mutable struct of one
/// decision; safe on the tick path.
/// </summary>
internal struct BudgetGauge(IClock? clock, MonotonicTime? deadline)
{
    private MonotonicTime _startedAt;
    private double _nanosecondsPerCandidate;

    /// <summary>Whether an iteration of this many candidates may start now.</summary>
    public bool Allows(int candidates)
    {
        if (clock is null || deadline is null)
            return true;
        _startedAt = clock.Now;
        var left = deadline.Value.Nanoseconds - _startedAt.Nanoseconds;
        return left > 0 && _nanosecondsPerCandidate * candidates <= left;
    }

    /// <summary>Notes that the iteration allowed last is done.</summary>
    public void Finished(int candidates)
    {
        if (clock is null || deadline is null)
            return;
        var spent = clock.Now.Nanoseconds - _startedAt.Nanoseconds;
        _nanosecondsPerCandidate = Math.Max(_nanosecondsPerCandidate, (double)spent / candidates);
    }
}
