using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Controller.Loops;

/// <summary>How the servo loop follows plans, and what it does without one. Immutable after construction.</summary>
public sealed class ServoOptions : IValidatable
{
    /// <summary>Ticks per second; 1 to 5000. Default 200.</summary>
    [Range(1, 5000)]
    public double RateHz { get; init; } = 200;

    /// <summary>How long the last command is held when a plan has expired; 0 to 10 s. Default 0.1 s.</summary>
    [Range(0, 10)]
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>
    /// How long velocities and efforts then take to reach zero, while positions stay held; 0 to 10 s. After that the robot is told to
    /// stop. Default 0.4 s.
    /// </summary>
    [Range(0, 10)]
    public TimeSpan RampDown { get; init; } = TimeSpan.FromSeconds(0.4);

    /// <summary>The robot is told to stop when its state is older than this; 0.001 to 10 s. Default 0.1 s.</summary>
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
