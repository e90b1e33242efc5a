using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>
/// Runs the servo and the control loop of one simulated world on one thread, in the order of their due times. Simulated time stands
/// still while the control loop works: its tick comes between the read and the command of the servo tick that is due with it, so that
/// a plan can act from the moment of the very state that it was made from (<see cref="ControlOptions.LeadPeriods"/> 0), or a period
/// later, as against the wall clock. Deterministic, and as fast as the work allows; does not allocate while running.
/// </summary>
public sealed class LockStepScheduler : ITickStage
{
    private readonly ServoLoop _servo;
    private readonly ControlLoop _control;
    private readonly IClock? _timer;

    /// <summary>Couples the loops; from now on the control loop is run by the servo loop's ticks alone.</summary>
    /// <param name="servo">The servo loop.</param>
    /// <param name="control">The control loop, which reads the servo loop's reports; its period is a whole number of the servo's.</param>
    /// <param name="timer">The machine's clock, to time decisions; null for no timing.</param>
    /// <exception cref="ArgumentException">The periods do not fit.</exception>
    public LockStepScheduler(ServoLoop servo, ControlLoop control, IClock? timer = null)
    {
        if (control.Loop.Period.Ticks % servo.Loop.Period.Ticks != 0)
        {
            throw new ArgumentException(
                $"The control period of {control.Loop.Period} is no multiple of the servo period of {servo.Loop.Period}.", nameof(control));
        }

        (_servo, _control, _timer) = (servo, control, timer);
        servo.DecideBy(this);
    }

    /// <inheritdoc/>
    public string Name => "decide";

    /// <summary>Duration of the control loop's last tick by the machine's clock, ns.</summary>
    public long DecisionNanoseconds { get; private set; }

    /// <summary>Puts the first tick of both loops at one moment, brings the world there and reads the robot.</summary>
    public void StartAt(MonotonicTime first)
    {
        _servo.Loop.StartAt(first);
        _control.Loop.StartAt(first);
        _servo.ReadAhead();
    }

    /// <summary>
    /// Runs every tick that is due before <paramref name="end"/>, then brings the world to the next tick and reads the robot for it:
    /// <see cref="ServoLoop.Current"/> shows what the ticks led to.
    /// </summary>
    /// <returns>False when cancelled before that.</returns>
    public bool RunUntil(MonotonicTime end, CancellationToken stop = default)
    {
        while (_servo.Loop.NextDue < end)
        {
            if (stop.IsCancellationRequested)
                return false;
            _servo.Loop.RunTick();
        }

        _servo.ReadAhead();
        return true;
    }

    /// <inheritdoc/>
    public void Run(in Tick tick)
    {
        if (_control.Loop.NextDue > tick.Due)
            return;
        _servo.Report();
        var before = _timer?.Now ?? default;
        _control.Loop.RunTick();
        DecisionNanoseconds = (_timer?.Now ?? default).Nanoseconds - before.Nanoseconds;
    }
}
