using Robotics.Core.Time;

namespace Robotics.Core.Plans;

/// <summary>
/// A plan: actions on a grid of control periods. Filled in place by the planner; not thread-safe by itself (see
/// <see cref="PlanMailbox"/>); does not allocate after construction.
/// </summary>
public sealed class ActionPlanBuffer(int horizonCapacity, int actionDimension)
{
    /// <summary>Most steps that fit.</summary>
    public int HorizonCapacity => horizonCapacity;

    /// <summary>Action dimension.</summary>
    public int ActionDimension => actionDimension;

    /// <summary>[horizon × action], each in [−1, 1].</summary>
    public float[] Actions { get; } = new float[horizonCapacity * actionDimension];

    /// <summary>Counts its publisher's plans from 1; 0 while nothing was planned.</summary>
    public long Sequence { get; set; }

    /// <summary>Steps in use.</summary>
    public int Horizon { get; set; }

    /// <summary>Start time of the first action.</summary>
    public MonotonicTime ValidFrom { get; set; }

    /// <summary>Duration of each action.</summary>
    public TimeSpan Period { get; set; }

    /// <summary>The model's own prediction of the plan's return, for the record.</summary>
    public float PredictedReturn { get; set; }

    /// <summary>Std of this prediction over the members of the ensemble.</summary>
    public float Disagreement { get; set; }

    /// <summary>End time of the last action.</summary>
    public MonotonicTime ExpiresAt => StartOf(Horizon);

    /// <summary>Start time of the action of a step.</summary>
    public MonotonicTime StartOf(int step) => ValidFrom + (step * Period);

    /// <summary>Finds the step in force at <paramref name="now"/>.</summary>
    /// <returns>False before the plan is valid and once it has expired.</returns>
    public bool TryGetStep(MonotonicTime now, out int step)
    {
        step = 0;
        if (now < ValidFrom || Period <= TimeSpan.Zero)
            return false;
        var passed = (now.Nanoseconds - ValidFrom.Nanoseconds) / (Period.Ticks * 100);
        step = (int)Math.Min(passed, Horizon);
        return passed < Horizon;
    }

    /// <summary>Copies the action in force at <paramref name="now"/>.</summary>
    /// <returns>False before the plan is valid and once it has expired.</returns>
    public bool TryGetAction(MonotonicTime now, Span<float> action)
    {
        if (!TryGetStep(now, out var step))
            return false;
        ActionAt(step).CopyTo(action);
        return true;
    }

    /// <summary>The action of a step: [action].</summary>
    public ReadOnlySpan<float> ActionAt(int step) => Actions.AsSpan(step * actionDimension, actionDimension);

    /// <summary>Copies everything from another buffer of the same shape.</summary>
    public void CopyFrom(ActionPlanBuffer other)
    {
        other.Actions.AsSpan().CopyTo(Actions);
        Sequence = other.Sequence;
        Horizon = other.Horizon;
        ValidFrom = other.ValidFrom;
        Period = other.Period;
        PredictedReturn = other.PredictedReturn;
        Disagreement = other.Disagreement;
    }
}
