using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Controller.Loops;

/// <summary>Options of the servo loop for following plans and for degradation without one. Immutable after construction.</summary>
public sealed class ServoOptions : IValidatable
{
    /// <summary>Ticks per second; 1 to 5000. Default 200.</summary>
    [Range(1, 5000)]
    public double RateHz { get; init; } = 200;

    /// <summary>Time that the last command is held after a plan has expired; 0 to 10 s. Default 0.1 s.</summary>
    [Range(0, 10)]
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>
    /// Time in which velocities and efforts then go to zero, while positions stay held; 0 to 10 s. After that the robot is commanded to
    /// stop. Default 0.4 s.
    /// </summary>
    [Range(0, 10)]
    public TimeSpan RampDown { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>Maximum age of the robot's state before the robot is commanded to stop; 0.001 to 10 s. Default 0.1 s.</summary>
    [Range(0.001, 10)]
    public TimeSpan StateTimeout { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>
    /// From one tick to the next. Default: that of <see cref="RateHz"/>; lock-step gives it, so that both loops and the physics share
    /// one grid.
    /// </summary>
    public TimeSpan Period
    {
        get => field > TimeSpan.Zero ? field : TimeSpan.FromSeconds(1 / RateHz);
        init;
    }

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}
