using Robotics.Data.Storage;

namespace Robotics.Data.Checkpoints;

/// <summary>Description of a checkpoint: its task, spaces and build. Immutable.</summary>
public sealed record CheckpointManifest
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Identifies the task's spaces, programs and rates.</summary>
    public required string TaskHash { get; init; }

    /// <summary>Identifies the layout of the observations.</summary>
    public required string ObservationHash { get; init; }

    /// <summary>Identifies the meaning of the actions.</summary>
    public required string ActionHash { get; init; }

    /// <summary>The run's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The last completed trial, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>The commit of the program that wrote it.</summary>
    public string Commit { get; init; } = BuildIdentity.Commit;

    /// <summary>Further texts by name, for example the model's kind.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();
}
