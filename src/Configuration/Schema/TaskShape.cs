using Robotics.Configuration.Tasks;
using Robotics.Core.Models;
using Robotics.Core.Spaces;

namespace Robotics.Configuration.Schema;

// The shapes of sections that are read by hand, because what they may hold depends on the robot's model. They serve the schema only;
// what is anything here (a number or a list, a name or a list, a distribution) is checked by the readers.

/// <summary>The shape of a task's file; <see cref="TaskDocument"/> reads it.</summary>
internal sealed record TaskShape
{
    /// <summary>Version of this format: 1.</summary>
    public required int Schema { get; init; }

    /// <summary>The task's name: letters, digits, '-' and '_'.</summary>
    public required string Name { get; init; }

    /// <summary>MJCF file, relative to the task's file; 'external' when it is named with --mjcf.</summary>
    public required string Mjcf { get; init; }

    /// <summary>True when the controller may use state that only a simulator knows; hardware refuses such a task. Default: false.</summary>
    public bool Privileged { get; init; }

    /// <summary>Actions per second. One action lasts a whole number of physics steps.</summary>
    public required double ControlRateHz { get; init; }

    /// <summary>Physics steps of an action, to have them checked. Default: computed.</summary>
    public int? PhysicsStepsPerControl { get; init; }

    /// <summary>Equal parts of an action's period whose rewards add up. Default: 1.</summary>
    public int ActionRepeat { get; init; } = 1;

    /// <summary>Actions in an episode.</summary>
    public required int HorizonSteps { get; init; }

    /// <summary>Action space.</summary>
    public required ActionShape Action { get; init; }

    /// <summary>The terms of the observation vector, and those that expressions use.</summary>
    public required IReadOnlyList<ObservationShape> Observation { get; init; }

    /// <summary>Names for expressions; each may use those above it.</summary>
    public IReadOnlyDictionary<string, object>? Define { get; init; }

    /// <summary>Expression: the reward of a step.</summary>
    public required object Reward { get; init; }

    /// <summary>Expression: above 0 the episode ends. Default: it never ends early.</summary>
    public object? Termination { get; init; }

    /// <summary>Expression: above 0 the step is a success. Default: success is not judged.</summary>
    public object? Success { get; init; }

    /// <summary>Time that success must hold without a break, s. Default: 0, one step.</summary>
    public double SuccessHoldSeconds { get; init; }

    /// <summary>Treatment of an episode whose simulation diverges: 'discard', or a number, its return. Default: discard.</summary>
    public object? Diverged { get; init; }

    /// <summary>Distribution of episode starts. Default: the model's default pose.</summary>
    public ResetShape? Reset { get; init; }

    /// <summary>The guard's limits. Default: the model's control ranges.</summary>
    public IReadOnlyList<LimitShape>? Limits { get; init; }

    /// <summary>Noise, delays and cameras of the simulator. Default: a perfect one.</summary>
    public SimulationSettings? Simulation { get; init; }

    /// <summary>Inputs and training options of a state estimator. Default: no estimator.</summary>
    public object? Estimator { get; init; }

    /// <summary>Training options of a controller that plans in the belief.</summary>
    public object? Latent { get; init; }

    /// <summary>Planner options.</summary>
    public object? Planner { get; init; }

    /// <summary>The ensemble of networks, and how it is rolled out.</summary>
    public object? Model { get; init; }

    /// <summary>Trials, episodes and evaluations of learning.</summary>
    public object? Training { get; init; }

    /// <summary>Returns that others published for this task.</summary>
    public PublishedReturns? Published { get; init; }
}

/// <summary>Channels of the action that are commanded alike.</summary>
internal record ActionChannelsShape
{
    /// <summary>Names of actuators, or 'all'; give these or 'joints'.</summary>
    public object? Actuators { get; init; }

    /// <summary>Names of the joints that the actuators drive, or 'all'.</summary>
    public object? Joints { get; init; }

    /// <summary>Commanded quantity, checked against the model's actuators.</summary>
    public ActionMode? Mode { get; init; }

    /// <summary>Reference of a command: absolute, or a step from the last one. Default: absolute.</summary>
    public ActionReference? Reference { get; init; }

    /// <summary>Lowest command, once or per channel. Default: the model's control range.</summary>
    public object? Low { get; init; }

    /// <summary>Highest command, once or per channel. Default: the model's control range.</summary>
    public object? High { get; init; }

    /// <summary>Source of the range.</summary>
    public ActionResolver.RangeSource? RangeFrom { get; init; }
}

/// <summary>The shape of <c>action</c>.</summary>
internal sealed record ActionShape : ActionChannelsShape
{
    /// <summary>Groups of channels that are commanded differently.</summary>
    public IReadOnlyList<ActionChannelsShape>? Channels { get; init; }

    /// <summary>Resampling of actions to commands at the servo rate. Default: hold.</summary>
    public ActionResampling? Resampling { get; init; }
}

/// <summary>The shape of a term of <c>observation</c>.</summary>
internal sealed record ObservationShape
{
    /// <summary>The term's name in expressions and records.</summary>
    public required string Name { get; init; }

    /// <summary>Names of joints, or 'all': their positions or velocities.</summary>
    public object? Joints { get; init; }

    /// <summary>A site's position.</summary>
    public string? Site { get; init; }

    /// <summary>The position of a point of a body.</summary>
    public string? Body { get; init; }

    /// <summary>The centre of mass of a body and all that it carries.</summary>
    public string? Com { get; init; }

    /// <summary>A goal that is sampled for each episode: one of box, ball, shell, normal, value.</summary>
    public DistributionShape? Distribution { get; init; }

    /// <summary>The point of the body, m in its frame.</summary>
    public IReadOnlyList<double>? Offset { get; init; }

    /// <summary>Quantity of the joints. Default: position.</summary>
    public ObservationResolver.JointQuantity? Quantity { get; init; }

    /// <summary>Source of the term.</summary>
    public ObservationSource? Source { get; init; }

    /// <summary>Treatment of the term by a model.</summary>
    public TermTreatment? Treatment { get; init; }

    /// <summary>Encoding of a joint's angle as a network's input. Default: sine and cosine for hinges without limits.</summary>
    public ObservationResolver.ElementEncodingWord? Encoding { get; init; }

    /// <summary>Clipping of predictions to the joints' limits. Default: model.</summary>
    public ObservationResolver.ClipSource? Clip { get; init; }

    /// <summary>Unit of a goal. Default: m.</summary>
    public string? Unit { get; init; }

    /// <summary>The mocap body or the joints that are put where the goal is.</summary>
    public object? Places { get; init; }

    /// <summary>True when networks take the term as input. Default: true.</summary>
    public bool? Input { get; init; }

    /// <summary>The term from which networks see the difference.</summary>
    public string? RelativeTo { get; init; }
}

/// <summary>The shape of a distribution of points.</summary>
internal sealed record DistributionShape
{
    /// <summary>Uniform between two corners: {low, high}.</summary>
    public object? Box { get; init; }

    /// <summary>Uniform in a ball: {centre, radius}.</summary>
    public object? Ball { get; init; }

    /// <summary>Uniform between two spheres: {centre, inner_radius, outer_radius}.</summary>
    public object? Shell { get; init; }

    /// <summary>Normal: {mean, sd}.</summary>
    public object? Normal { get; init; }

    /// <summary>Always the same.</summary>
    public object? Value { get; init; }
}

/// <summary>The shape of a distribution of joint positions or velocities.</summary>
internal sealed record JointDistributionShape
{
    /// <summary>Uniform: [low, high], each once or per joint.</summary>
    public IReadOnlyList<object>? Uniform { get; init; }

    /// <summary>Normal: {mean, sd}.</summary>
    public object? Normal { get; init; }

    /// <summary>Always the same.</summary>
    public object? Value { get; init; }
}

/// <summary>The shape of <c>reset</c>.</summary>
internal sealed record ResetShape
{
    /// <summary>A keyframe of the model, or 'default'.</summary>
    public string? From { get; init; }

    /// <summary>Joints that start elsewhere.</summary>
    public IReadOnlyList<JointResetShape>? Joints { get; init; }

    /// <summary>Mocap bodies that are placed.</summary>
    public IReadOnlyList<BodyResetShape>? Bodies { get; init; }

    /// <summary>Points that must not start near each other.</summary>
    public IReadOnlyList<MinimumDistanceShape>? MinimumDistances { get; init; }
}

/// <summary>The shape of an item of <c>reset.joints</c>.</summary>
internal sealed record JointResetShape
{
    /// <summary>Names of joints, or 'all'.</summary>
    public required object Joints { get; init; }

    /// <summary>Their positions, rad or m.</summary>
    public JointDistributionShape? Position { get; init; }

    /// <summary>Their velocities, rad/s or m/s.</summary>
    public JointDistributionShape? Velocity { get; init; }

    /// <summary>True when positions are added to those of the keyframe. Default: false.</summary>
    public bool AddToStart { get; init; }
}

/// <summary>The shape of an item of <c>reset.bodies</c>.</summary>
internal sealed record BodyResetShape
{
    /// <summary>A mocap body.</summary>
    public required string Body { get; init; }

    /// <summary>Distribution of its position, m.</summary>
    public required DistributionShape Position { get; init; }
}

/// <summary>The shape of an item of <c>reset.minimum_distances</c>.</summary>
internal sealed record MinimumDistanceShape
{
    /// <summary>Names of two terms that are points.</summary>
    public required IReadOnlyList<string> Between { get; init; }

    /// <summary>The least distance, m.</summary>
    public required double Distance { get; init; }
}

/// <summary>The shape of an item of <c>limits</c>.</summary>
internal sealed record LimitShape
{
    /// <summary>Names of actuators, or 'all'; give these or 'joints'.</summary>
    public object? Actuators { get; init; }

    /// <summary>Names of the joints that the actuators drive, or 'all'.</summary>
    public object? Joints { get; init; }

    /// <summary>Lowest command, once or per actuator.</summary>
    public object? Low { get; init; }

    /// <summary>Highest command, once or per actuator.</summary>
    public object? High { get; init; }

    /// <summary>Greatest change of the command per second, once or per actuator.</summary>
    public object? MaximumRate { get; init; }
}
