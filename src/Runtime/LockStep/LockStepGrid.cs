using Robotics.Configuration.Tasks;
using Robotics.Core.Spaces;

namespace Robotics.Runtime.LockStep;

/// <summary>The one grid of physics steps, servo ticks and control ticks of a task in lock-step. Immutable.</summary>
/// <param name="StepNanoseconds">Physics step, ns.</param>
/// <param name="ServoPeriod">Servo period: a whole number of physics steps, to 100 ns.</param>
/// <param name="TicksPerPeriod">Servo ticks per control period.</param>
/// <param name="TicksPerPart">Servo ticks per repetition of an action.</param>
internal sealed record LockStepGrid(long StepNanoseconds, TimeSpan ServoPeriod, int TicksPerPeriod, int TicksPerPart)
{
    /// <summary>Control period.</summary>
    public TimeSpan ControlPeriod => TicksPerPeriod * ServoPeriod;

    /// <summary>The grid of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="servoRateHz">
    /// Servo rate, Hz; rounded down to one that divides the physics rate. Null for the lowest rate that the actions allow.
    /// </param>
    public static LockStepGrid Create(TaskDefinition task, double? servoRateHz)
    {
        var physicsSteps = task.PhysicsStepsPerControl;
        var least = task.Actions.Resampling == ActionResampling.Linear ? physicsSteps : task.ActionRepeat;
        var ticks = servoRateHz is { } rate ? Fit(task, rate) : least;

        // The world rounds its step to whole nanoseconds.
        var step = (long)Math.Round(1e9 / (task.ControlRateHz * physicsSteps));
        var servoPeriod = TimeSpan.FromTicks((long)Math.Round(step * (physicsSteps / ticks) / 100.0));
        return new LockStepGrid(step, servoPeriod, ticks, ticks / task.ActionRepeat);
    }

    private static int Fit(TaskDefinition task, double servoRateHz)
    {
        var most = servoRateHz / task.ControlRateHz * (1 + 1e-6);
        return Enumerable.Range(1, task.PhysicsStepsPerControl)
            .Where(n => task.PhysicsStepsPerControl % n == 0 && n % task.ActionRepeat == 0 && (n <= most || n == task.ActionRepeat)).Max();
    }
}
