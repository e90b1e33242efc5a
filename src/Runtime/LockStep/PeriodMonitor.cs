using Robotics.Controller.Loops;
using Robotics.Core.Links;

namespace Robotics.Runtime.LockStep;

/// <summary>Watches in the servo loop what becomes of a control period. The last stage of its loop; does not allocate or throw.</summary>
internal sealed class PeriodMonitor(TaskEnvironment environment, LockStepGrid grid) : ITickStage
{
    private ServoLoop? _servo;

    /// <inheritdoc/>
    public string Name => "monitor";

    /// <summary>How commanding went: the first failure, or the last limit.</summary>
    public LinkStatus Status { get; private set; }

    /// <summary>Whether a plan was followed in every tick.</summary>
    public bool FollowedThroughout { get; private set; }

    /// <summary>The return that the plan predicts which came into force; NaN when none did.</summary>
    public float PredictedReturn { get; private set; }

    /// <summary>The disagreement about it; NaN when none came into force.</summary>
    public float Disagreement { get; private set; }

    /// <summary>Told after the period's first command whether a new plan came into force.</summary>
    public Action<bool>? Commanded { get; set; }

    /// <summary>Takes reports from a loop.</summary>
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

        // What is expected of a plan is so from its first action on.
        var isNew = _servo.Current.Mode == ServoMode.Following && plan.TryGetStep(tick.Due, out var step) && step == 0;
        if (isNew)
            (PredictedReturn, Disagreement) = (plan.PredictedReturn, plan.Disagreement);
        Commanded?.Invoke(isNew);
    }
}
