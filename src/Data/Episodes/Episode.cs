namespace Robotics.Data.Episodes;

/// <summary>
/// A recorded episode of T steps. Arrays are row-major, SI units, and must not be written to. Thread-safe for reading.
/// </summary>
public sealed class Episode
{
    /// <summary>Description of the episode.</summary>
    public required EpisodeHeader Header { get; init; }

    /// <summary>True when the recording was cut off before the episode's end.</summary>
    public required bool IsPartial { get; init; }

    /// <summary>
    /// True when the simulation diverged in the step after the last one, so that the episode is cut short. Default: false.
    /// </summary>
    public bool IsDiverged { get; init; }

    /// <summary>
    /// True when its return and its steps count: it did not diverge, or the task defines the return of a diverged episode.
    /// </summary>
    public bool Counts => !IsDiverged || Header.DivergedReturn is not null;

    /// <summary>[T + 1 × observation], o_0 … o_T as the controller saw them.</summary>
    public required float[] Observations { get; init; }

    /// <summary>[T × action], applied actions in [−1, 1].</summary>
    public required float[] Actions { get; init; }

    /// <summary>[T × channels], commands asked for, SI.</summary>
    public required double[] Requested { get; init; }

    /// <summary>[T × channels], commands sent, SI.</summary>
    public required double[] Applied { get; init; }

    /// <summary>[T].</summary>
    public required float[] Rewards { get; init; }

    /// <summary>[T + 1], the moments of the observations since the episode's start, ns.</summary>
    public required long[] Times { get; init; }

    /// <summary>[T].</summary>
    public required StepFlags[] Flags { get; init; }

    /// <summary>[T], the planner's expectations; NaN without a planner.</summary>
    public required float[] PredictedReturns { get; init; }

    /// <summary>[T], std of the predicted returns over the members of the ensemble.</summary>
    public required float[] Disagreements { get; init; }

    /// <summary>[T], planning times, ns.</summary>
    public required long[] PlanNanoseconds { get; init; }

    /// <summary>
    /// [T + 1 × observation], true values of o_0 … o_T from a simulator, for measuring estimators; empty where they are unknown.
    /// </summary>
    public float[] Truth { get; init; } = [];

    /// <summary>The images of every camera that was recorded; none by default.</summary>
    public IReadOnlyList<CameraTrack> Cameras { get; init; } = [];

    /// <summary>T.</summary>
    public int Steps => Rewards.Length;

    /// <summary>Observation dimension.</summary>
    public int ObservationDimension => Header.ObservationNames.Count;

    /// <summary>Action dimension.</summary>
    public int ActionDimension => Header.ActionNames.Count;

    /// <summary>
    /// The sum of rewards, not discounted; of an episode that diverged, the return that the task defines, NaN without one.
    /// </summary>
    public double Return => IsDiverged ? Header.DivergedReturn ?? double.NaN : Rewards.Sum(r => (double)r);

    /// <summary>True when the task's termination condition ended it.</summary>
    public bool IsTerminated => Flags.Any(f => f.HasFlag(StepFlags.Terminated));

    /// <summary>o_t.</summary>
    public ReadOnlySpan<float> Observation(int t) => Observations.AsSpan(t * ObservationDimension, ObservationDimension);

    /// <summary>a_t, applied.</summary>
    public ReadOnlySpan<float> Action(int t) => Actions.AsSpan(t * ActionDimension, ActionDimension);

    /// <summary>True when the success condition held for this many steps in a row; always false for an episode that diverged.</summary>
    /// <param name="holdSteps">The task's hold, in steps; at least 1.</param>
    public bool Succeeded(int holdSteps)
    {
        var run = 0;
        foreach (var flags in IsDiverged ? [] : Flags)
        {
            run = flags.HasFlag(StepFlags.Succeeding) ? run + 1 : 0;
            if (run >= holdSteps)
                return true;
        }

        return false;
    }
}
