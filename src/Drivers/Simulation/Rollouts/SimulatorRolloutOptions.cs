using Robotics.Configuration.Tasks;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Drivers.Simulation.Rollouts;

/// <summary>Observations, commands and scores of a rollout with the ground-truth dynamics. Immutable.</summary>
public sealed record SimulatorRolloutOptions
{
    /// <summary>The observation's parts in vector order.</summary>
    public required IReadOnlyList<ObservationPart> Observation { get; init; }

    /// <summary>Action space. Channels are named after the world's commanded actuators.</summary>
    public required ActionSpace Actions { get; init; }

    /// <summary>The reward of a step, or of each part of it: one output over o_{t+1} and a_t.</summary>
    public required TermProgram Reward { get; init; }

    /// <summary>Above 0 the episode ends with this step: one output. Default: it never does.</summary>
    public TermProgram? Termination { get; init; }

    /// <summary>Time that an action lasts, at least one physics step.</summary>
    public required TimeSpan ControlPeriod { get; init; }

    /// <summary>Equal parts of the control period whose rewards are summed. Default: 1.</summary>
    public int ActionRepeat { get; init; } = 1;

    /// <summary>Options that follow from a task's observations, actions and scores.</summary>
    public static SimulatorRolloutOptions FromTask(TaskDefinition task) => new()
    {
        Observation = [
            .. task.Terms.Where(t => t.IsObserved).OrderBy(t => t.Offset).Select(t => new ObservationPart(t.Quantity, t.Dimension))],
        Actions = task.Actions,
        Reward = task.Reward,
        Termination = task.Termination,
        ActionRepeat = task.ActionRepeat,
        ControlPeriod = TimeSpan.FromSeconds(task.ControlPeriodSeconds),
    };
}
