namespace Robotics.Core;

/// <summary>
/// A plan: actions on a grid of control periods. Filled in place by the planner; not thread-safe by itself (see
/// <see cref="PlanMailbox"/>); does not allocate after construction.
/// </summary>
public sealed class ActionPlanBuffer(int horizonCapacity, int actionDimension)
{
    /// <summary>Most steps that fit.</summary>
    public int HorizonCapacity => horizonCapacity;

    /// <summary>Numbers in an action.</summary>
    public int ActionDimension => actionDimension;

    /// <summary>[horizon × action], each in [−1, 1].</summary>
    public float[] Actions { get; } = new float[horizonCapacity * actionDimension];

    /// <summary>Steps in use.</summary>
    public int Horizon { get; set; }

    /// <summary>When the first action takes effect.</summary>
    public MonotonicTime ValidFrom { get; set; }

    /// <summary>How long each action lasts.</summary>
    public TimeSpan Period { get; set; }

    /// <summary>The model's own prediction of the plan's return, for the record.</summary>
    public float PredictedReturn { get; set; }

    /// <summary>Spread over members of that prediction.</summary>
    public float Disagreement { get; set; }

    /// <summary>Copies the action in force at <paramref name="now"/>.</summary>
    /// <returns>False before the plan is valid and once it has expired.</returns>
    public bool TryGetAction(MonotonicTime now, Span<float> action)
    {
        if (now < ValidFrom || Period <= TimeSpan.Zero)
            return false;
        var step = (now.Nanoseconds - ValidFrom.Nanoseconds) / (Period.Ticks * 100);
        if (step >= Horizon)
            return false;
        Actions.AsSpan((int)step * actionDimension, actionDimension).CopyTo(action);
        return true;
    }

    /// <summary>Copies everything from another buffer of the same shape.</summary>
    public void CopyFrom(ActionPlanBuffer other)
    {
        other.Actions.AsSpan().CopyTo(Actions);
        Horizon = other.Horizon;
        ValidFrom = other.ValidFrom;
        Period = other.Period;
        PredictedReturn = other.PredictedReturn;
        Disagreement = other.Disagreement;
    }
}
