using Robotics.Core.Time;

namespace Robotics.Controller.Planning;

/// <summary>
/// Estimates how many candidates fit before the deadline: it measures each iteration and expects the next to take, per candidate,
/// as long as the slowest of this decision and a fifth more; a decision's first iteration, as the fastest of the decision before,
/// so that one hiccup does not cost two decisions. A mutable struct, kept by its planner; safe on the tick path.
/// </summary>
internal struct BudgetGauge(IClock? clock)
{
    private const double Reserve = 1.2;
    private MonotonicTime? _deadline;
    private MonotonicTime _startedAt;
    private double _expected;
    private double _fastest;
    private bool _isFirst;

    /// <summary>Begins a decision.</summary>
    public void Begin(MonotonicTime? deadline)
    {
        _deadline = deadline;
        // A decision that measured nothing leaves the expectation as it was.
        if (!_isFirst)
            _expected = _fastest;
        (_fastest, _isFirst) = (double.MaxValue, true);
    }

    /// <summary>
    /// Candidates that the next iteration may have: all that are wanted; or in a decision's first iteration, which runs in any
    /// case while the deadline has not passed, as many as fit, but not fewer than <paramref name="least"/>; or none.
    /// </summary>
    public int Fitting(int wanted, int least)
    {
        if (clock is null || _deadline is not { } deadline)
            return wanted;
        _startedAt = clock.Now;
        var left = deadline.Nanoseconds - _startedAt.Nanoseconds;
        if (left <= 0)
            return 0;
        var fitting = left / (Reserve * _expected);
        if (fitting >= wanted)
            return wanted;
        return _isFirst ? Math.Max(least, (int)fitting) : 0;
    }

    /// <summary>Records that the last allowed iteration is done.</summary>
    public void Finished(int candidates)
    {
        if (clock is null || _deadline is null)
            return;
        var spent = (double)(clock.Now.Nanoseconds - _startedAt.Nanoseconds) / candidates;
        _expected = _isFirst ? spent : Math.Max(_expected, spent);
        _fastest = Math.Min(_fastest, spent);
        _isFirst = false;
    }
}
