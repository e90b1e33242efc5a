using Robotics.Controller.Loops;
using Robotics.Core.Links;

namespace Robotics.Runtime.LockStep;

/// <summary>Records the outcome of a control period. The last stage of the servo loop; does not allocate or throw.</summary>
internal sealed class PeriodMonitor(TaskEnvironment environment, LockStepGrid grid) : ITickStage
{
    private ServoLoop? _servo;

    /// <inheritdoc/>
    public string Name => "monitor";

    /// <summary>Command status: the first failure, or the last limit.</summary>
    public LinkStatus Status { get; private set; }

    /// <summary>True when a plan was followed in every tick.</summary>
    public bool FollowedThroughout { get; private set; }

    /// <summary>Predicted return of the plan that took effect; NaN when none did.</summary>
    public float PredictedReturn { get; private set; }

    /// <summary>Disagreement about that return; NaN when no plan took effect.</summary>
    public float Disagreement { get; private set; }

    /// <summary>Called after the period's first command with true when a new plan took effect.</summary>
    public Action<bool>? Commanded { get; set; }

    /// <summary>Subscribes to a loop's reports.</summary>
    public void Watch(ServoLoop servo) => _servo = servo;

    /// <summary>Begins a control period.</summary>
    public void Begin()
    {
        (Status, FollowedThroughout) = (LinkStatus.Ok, true);
        (PredictedReturn, Disagreement) = (float.NaN, float.NaN);
    }

    /// <inheritdoc/>
    public void Run(in Tick tick)
    {
        var report = _servo!.Current;
        if (IsPassed(Status) && report.WriteStatus != LinkStatus.Ok)
            Status = report.WriteStatus;
        FollowedThroughout &= report.Mode == ServoMode.Following;
        var number = (int)(tick.Index % grid.TicksPerPeriod);
        if (number == 0)
            BeginPeriod(in tick);
        else if (number % grid.TicksPerPart == 0 && IsPassed(Status) && !ObserveBetween(number, report))
            Status = LinkStatus.Fault;
    }

    private bool ObserveBetween(int number, ServoReport report) =>
        environment.ObserveBetween((number / grid.TicksPerPart) - 1, report.ReadStatus, report.State);

    private static bool IsPassed(LinkStatus status) => status is LinkStatus.Ok or LinkStatus.Limited or LinkStatus.NotFinite;

    private void BeginPeriod(in Tick tick)
    {
        var plan = _servo!.PlanInForce;

        // A plan's predicted return counts from its first action.
        var isNew = _servo.Current.Mode == ServoMode.Following && plan.TryGetStep(tick.Due, out var step) && step == 0;
        if (isNew)
            (PredictedReturn, Disagreement) = (plan.PredictedReturn, plan.Disagreement);
        Commanded?.Invoke(isNew);
    }
}
