using Robotics.Core.Plans;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>
/// Remembers the last two published plans, and so which actions are in force up to the moment from which the next plan is valid.
/// Used by the control thread; does not allocate after construction.
/// </summary>
internal sealed class CommittedActions(int horizonCapacity, int actionDimension)
{
    private readonly float[] _last = new float[actionDimension];
    private ActionPlanBuffer _newer = new(horizonCapacity, actionDimension);
    private ActionPlanBuffer _older = new(horizonCapacity, actionDimension);

    /// <summary>Forgets everything: at the beginning of an episode.</summary>
    public void Reset()
    {
        _newer.Horizon = 0;
        _older.Horizon = 0;
        _last.AsSpan().Clear();
    }

    /// <summary>Records a published plan.</summary>
    public void Add(ActionPlanBuffer plan)
    {
        (_newer, _older) = (_older, _newer);
        _newer.CopyFrom(plan);
    }

    /// <summary>The action in force then; where no plan covers the moment, the one last asked for, which the servo holds.</summary>
    public ReadOnlySpan<float> At(MonotonicTime time)
    {
        if (!_newer.TryGetAction(time, _last))
            _older.TryGetAction(time, _last);
        return _last;
    }
}
