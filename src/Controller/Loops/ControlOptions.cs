using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;

namespace Robotics.Controller.Loops;

/// <summary>Options of the control loop. Immutable after construction.</summary>
public sealed class ControlOptions : IValidatable
{
    /// <summary>Decisions per second; 0.1 to 1000. Default 25.</summary>
    [Range(0.1, 1000)]
    public double RateHz { get; init; } = 25;

    /// <summary>
    /// Periods from the tick to the moment at which its plan takes effect: 1 leaves the planner a period of time, 0 is for lock-step,
    /// where planning takes no simulated time. Default 1.
    /// </summary>
    [Range(0, 1)]
    public int LeadPeriods { get; init; } = 1;

    /// <summary>
    /// True if a plan must be ready one period after its tick; false lets the planner finish, so that the same keys give the same plans,
    /// for lock-step. Default true.
    /// </summary>
    public bool Deadlines { get; init; } = true;

    /// <summary>Time between the end of planning and that moment; 0 to 1 s, shorter than the period. Default 1 ms.</summary>
    [Range(0, 1)]
    public TimeSpan DeadlineMargin { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>An older joint state is not observed; 0.001 to 10 s. Default 0.1 s.</summary>
    [Range(0.001, 10)]
    public TimeSpan ObservationTimeout { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>Ticks in a row without an observation after which no more plans are made; 0 to 1000. Default 3.</summary>
    [Range(0, 1000)]
    public int BlindTicks { get; init; } = 3;

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
    public void Validate()
    {
        OptionRange.Check(this);
        if (DeadlineMargin >= Period)
            throw new UserErrorException(
                $"The deadline margin of {DeadlineMargin.TotalSeconds} s leaves no time to plan at {RateHz} Hz; shorten it.");
    }
}
