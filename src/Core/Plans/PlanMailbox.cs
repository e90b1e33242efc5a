using Robotics.Core.Threading;

namespace Robotics.Core.Plans;

/// <summary>
/// Hands plans from one planner thread to one servo thread through a <see cref="TripleBuffer{T}"/>: neither ever waits and the
/// reader always has a whole plan. Does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class PlanMailbox(int horizonCapacity, int actionDimension)
{
    private readonly TripleBuffer<ActionPlanBuffer> _plans = new(() => new ActionPlanBuffer(horizonCapacity, actionDimension));

    /// <summary>The buffer to fill next: for the planner thread alone.</summary>
    public ActionPlanBuffer Draft => _plans.Draft;

    /// <summary>Publishes <see cref="Draft"/> and takes another buffer for it: for the planner thread alone.</summary>
    public void Publish() => _plans.Publish();

    /// <summary>The newest published plan: for the servo thread alone. It stays whole until the next call.</summary>
    public ActionPlanBuffer Latest() => _plans.Latest();
}
