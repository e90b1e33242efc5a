using Robotics.Core.Time;

namespace Robotics.Data.Episodes;

/// <summary>Events of a step.</summary>
[Flags]
public enum StepFlags : byte
{
    /// <summary>Nothing of note.</summary>
    None = 0,

    /// <summary>The task's termination held after the step.</summary>
    Terminated = 1,

    /// <summary>The task's success condition held after the step.</summary>
    Succeeding = 2,

    /// <summary>The guard changed the command.</summary>
    Limited = 4,

    /// <summary>The planner ran into its deadline.</summary>
    PlanTruncated = 8,

    /// <summary>The planner found no finite rollout.</summary>
    NoFiniteRollout = 16,

    /// <summary>The planner found no sequence within its trust limit.</summary>
    Untrusted = 32,
}

/// <summary>One step of an episode, filled in place and copied by whoever records it. Not thread-safe.</summary>
public sealed class EpisodeStep(int observationDimension, int actionDimension, int commandDimension)
{
    /// <summary>[action], the applied a_t in [−1, 1].</summary>
    public float[] Action { get; } = new float[actionDimension];

    /// <summary>[channels], the command asked for, SI.</summary>
    public double[] Requested { get; } = new double[commandDimension];

    /// <summary>[channels], the command that was sent, SI.</summary>
    public double[] Applied { get; } = new double[commandDimension];

    /// <summary>[observation], o_{t+1} as the controller sees it.</summary>
    public float[] Observation { get; } = new float[observationDimension];

    /// <summary>[observation], true values of o_{t+1} from a simulator; recorded when the header says so.</summary>
    public float[] Truth { get; } = new float[observationDimension];

    /// <summary>r_t.</summary>
    public float Reward { get; set; }

    /// <summary>The moment of o_{t+1}, since the episode's start.</summary>
    public MonotonicTime At { get; set; }

    /// <summary>The return that the planner expected of its plan; NaN without a planner.</summary>
    public float PredictedReturn { get; set; } = float.NaN;

    /// <summary>Std of the predicted return over the members of the ensemble; NaN without a planner.</summary>
    public float Disagreement { get; set; } = float.NaN;

    /// <summary>Planning time, ns.</summary>
    public long PlanNanoseconds { get; set; }

    /// <summary>Events of the step.</summary>
    public StepFlags Flags { get; set; }
}
