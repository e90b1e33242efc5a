using System.Text.Json.Serialization;
using Robotics.Data.Storage;

namespace Robotics.Data.Episodes;

/// <summary>Description of an episode; written before its first step. Immutable.</summary>
public sealed record EpisodeHeader
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Identifies the task's spaces, programs and rates.</summary>
    public required string TaskHash { get; init; }

    /// <summary>Identifies the layout of the observations.</summary>
    public required string ObservationHash { get; init; }

    /// <summary>Identifies the meaning of the actions.</summary>
    public required string ActionHash { get; init; }

    /// <summary>The commit of the program that recorded it.</summary>
    public string Commit { get; init; } = BuildIdentity.Commit;

    /// <summary>Name of the controller, for example <c>random</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>Steps that the controller looks ahead; 0 when it does not.</summary>
    public int PlanHorizon { get; init; }

    /// <summary>The moment of o_0 on the clock of the world, ns; the episode's own times count from it.</summary>
    public long StartedAtNanoseconds { get; init; }

    /// <summary>The trial it belongs to, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>Its number within the trial, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The key of the episode's randomness: the same key gives the same start.</summary>
    public required ulong Key { get; init; }

    /// <summary>Seconds per action.</summary>
    public required double PeriodSeconds { get; init; }

    /// <summary>Names of the observation's elements, in order.</summary>
    public required IReadOnlyList<string> ObservationNames { get; init; }

    /// <summary>Names of the action's elements, in order.</summary>
    public required IReadOnlyList<string> ActionNames { get; init; }

    /// <summary>Names of the robot's command channels, in order.</summary>
    public required IReadOnlyList<string> CommandNames { get; init; }

    /// <summary>The cameras whose images are kept; none by default.</summary>
    public IReadOnlyList<CameraHeader> Cameras { get; init; } = [];

    /// <summary>True when the true observations are kept as well as those that the controller saw.</summary>
    public bool HasTruth { get; init; }

    /// <summary>
    /// The return of an episode whose simulation diverges, as defined by the task; null to leave such an episode out. Default: null.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DivergedReturn { get; init; }

    /// <summary>The goals of the episode by name, SI.</summary>
    public IReadOnlyDictionary<string, double[]> Goals { get; init; } = new Dictionary<string, double[]>();
}
