using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Configuration.Resets;
using Robotics.Configuration.Yaml;
using Robotics.Core.Links;
using Robotics.Core.Models;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Configuration.Tasks;

/// <summary>
/// A task, checked against a robot's model: what is commanded, what is seen, what is wanted, how an episode starts.
/// Immutable; thread-safe.
/// </summary>
public sealed record TaskDefinition
{
    /// <summary>The task's name.</summary>
    public required string Name { get; init; }

    /// <summary>The YAML file that it was read from.</summary>
    public required string FilePath { get; init; }

    /// <summary>The MJCF file of the robot and its scene.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Actions per second.</summary>
    public required double ControlRateHz { get; init; }

    /// <summary>Physics steps per action.</summary>
    public required int PhysicsStepsPerControl { get; init; }

    /// <summary>
    /// Equal parts of an action's period whose rewards are summed, each over what is true at its end: steps of a task that is played with
    /// repeated actions. Default: 1, an action is judged at its end.
    /// </summary>
    public int ActionRepeat { get; init; } = 1;

    /// <summary>Actions in an episode.</summary>
    public required int HorizonSteps { get; init; }

    /// <summary>True when the controller uses state that only a simulator knows; such a task is refused on hardware.</summary>
    public required bool Privileged { get; init; }

    /// <summary>Action space.</summary>
    public required ActionSpace Actions { get; init; }

    /// <summary>The layout of the observation vector.</summary>
    public required ObservationSpace Observations { get; init; }

    /// <summary>All terms in the file's order; those in the vector have an offset.</summary>
    public required IReadOnlyList<TaskTerm> Terms { get; init; }

    /// <summary>The reward of a step, over o_{t+1} and a_t; of each part of a step where actions are repeated.</summary>
    public required TermProgram Reward { get; init; }

    /// <summary>Reward of an action computed from its final state alone, for a model that predicts no intermediate states.</summary>
    public TermProgram RewardAtEnd => Reward.Times(ActionRepeat);

    /// <summary>The episode ends where this is above 0; null when it never does before the horizon.</summary>
    public TermProgram? Termination { get; init; }

    /// <summary>The step is a success where this is above 0; null when the task defines none.</summary>
    public TermProgram? Success { get; init; }

    /// <summary>Time that <see cref="Success"/> must hold without a break for the episode to be a success, s.</summary>
    public double SuccessHoldSeconds { get; init; }

    /// <summary>The return of an episode whose simulation diverges; null to leave such an episode out of returns and of learning.</summary>
    public double? DivergedReturn { get; init; }

    /// <summary>Distribution of episode starts.</summary>
    public required ResetDistribution Reset { get; init; }

    /// <summary>Imperfections of the simulated signals, and the cameras.</summary>
    public required SimulationSettings Simulation { get; init; }

    /// <summary>Limits of the guard, per actuator of the model in model order.</summary>
    public required GuardOptions Limits { get; init; }

    /// <summary>The raw section <c>estimator:</c>, what a state estimator sees and how it is trained; null when absent.</summary>
    public YamlMapping? EstimatorSection { get; init; }

    /// <summary>The raw section <c>latent:</c>, how a controller is learned that plans in the belief; null when absent.</summary>
    public YamlMapping? LatentSection { get; init; }

    /// <summary>The raw section <c>planner:</c>, for <see cref="OptionsBinder"/>; null when absent.</summary>
    public YamlMapping? PlannerSection { get; init; }

    /// <summary>The raw section <c>model:</c>, the learned model and its rollouts; null when absent.</summary>
    public YamlMapping? ModelSection { get; init; }

    /// <summary>The raw section <c>training:</c>; null when absent.</summary>
    public YamlMapping? TrainingSection { get; init; }

    /// <summary>Published returns for the task; null when the file gives none.</summary>
    public PublishedReturns? Published { get; init; }

    /// <summary>Warnings about valid but unusual settings, one sentence each, beginning with the file's name.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Seconds per action.</summary>
    public double ControlPeriodSeconds => 1 / ControlRateHz;

    /// <summary>Consecutive successful steps that make an episode a success: at least 1.</summary>
    public int SuccessHoldSteps => Math.Max(1, (int)Math.Ceiling((SuccessHoldSeconds * ControlRateHz) - 1e-9));

    /// <summary>Identifies what a model learns in this task: spaces, programs and rates.</summary>
    public string Hash => SpaceHash.From(
    [
        Actions.Hash,
        Observations.Hash,
        Reward.Hash,
        Termination?.Hash ?? "",
        Success?.Hash ?? "",
        ControlRateHz.ToString("R", CultureInfo.InvariantCulture),
        PhysicsStepsPerControl.ToString(CultureInfo.InvariantCulture),
        .. ActionRepeat == 1 ? Array.Empty<string>() : [$"repeated {ActionRepeat}"],
    ]);
}
