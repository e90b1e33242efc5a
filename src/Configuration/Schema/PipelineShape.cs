using Robotics.Configuration.Pipelines;

namespace Robotics.Configuration.Schema;

/// <summary>The shape of a pipeline's file, for the schema only; <see cref="PipelineDocument"/> reads it.</summary>
internal sealed record PipelineShape
{
    /// <summary>Version of this format: 1.</summary>
    public required int Schema { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Name { get; init; }

    /// <summary>A task's name in config/tasks, or its file, relative to the pipeline's.</summary>
    public required string Task { get; init; }

    /// <summary>Inputs of the estimator's modalities.</summary>
    public required IReadOnlyDictionary<string, StreamShape> Streams { get; init; }

    /// <summary>The estimator.</summary>
    public required EstimatorShape Estimator { get; init; }

    /// <summary>Model to plan with. Default: kind rssm.</summary>
    public ModelShape? Model { get; init; }

    /// <summary>Planner options: the keys of a task's planner.</summary>
    public object? Planner { get; init; }

    /// <summary>Source of the planner's action proposals. Default: kind none.</summary>
    public PriorShape? Prior { get; init; }

    /// <summary>Decisions and commands a second.</summary>
    public required RatesShape Rates { get; init; }

    /// <summary>The guard's limits. Default: the task's.</summary>
    public IReadOnlyList<LimitShape>? Limits { get; init; }
}

/// <summary>The shape of a stream: terms or a camera.</summary>
internal sealed record StreamShape
{
    /// <summary>Observed terms, in order.</summary>
    public IReadOnlyList<string>? Terms { get; init; }

    /// <summary>A camera of the task.</summary>
    public string? Camera { get; init; }

    /// <summary>Age of the last usable sample above which no plans are made, ms. Default: 500 for cameras.</summary>
    public double? MostAgeMs { get; init; }
}

/// <summary>The shape of a pipeline's <c>estimator</c>: a checkpoint, or the Kalman filter with its options.</summary>
internal sealed record EstimatorShape : KalmanOptions
{
    /// <summary>kalman for the Kalman filter over joint positions and velocities. Default: a learned estimator.</summary>
    public string? Kind { get; init; }

    /// <summary>Folder of a learned estimator's checkpoint, relative to the pipeline's file.</summary>
    public string? Checkpoint { get; init; }
}

/// <summary>The shape of a pipeline's <c>model</c>.</summary>
internal sealed record ModelShape
{
    /// <summary>rssm, or learned dynamics of the checkpoint by name; with the Kalman filter ensemble or simulator.</summary>
    public required string Kind { get; init; }

    /// <summary>Folder of the ensemble that is planned with under the Kalman filter, relative to the pipeline's file.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>True when rollouts end with a learned value. Default: false.</summary>
    public bool Value { get; init; }
}

/// <summary>The shape of a pipeline's <c>prior</c>.</summary>
internal sealed record PriorShape
{
    /// <summary>none, actor or policy.</summary>
    public required string Kind { get; init; }
}

/// <summary>The shape of a pipeline's <c>rates</c>.</summary>
internal sealed record RatesShape
{
    /// <summary>Decisions a second.</summary>
    public required double ControlHz { get; init; }

    /// <summary>Commands a second against the wall clock. Default: 200.</summary>
    public double ServoHz { get; init; } = 200;
}
