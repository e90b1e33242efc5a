using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Time;

namespace Robotics.StateEstimation.Observations;

/// <summary>
/// Assembles the observation vector of a task: measured joints, points by kinematics, goals, and, in privileged tasks,
/// what only a simulator knows. One thread; <see cref="TryObserve"/> is safe on the tick path.
/// </summary>
public sealed class TaskObservationSource : IObservationSource
{
    private readonly TermReader[] _readers;

    private TaskObservationSource(TaskDefinition task, IEnumerable<TermReader> readers)
    {
        Dimension = task.Observations.Dimension;
        _readers = [.. readers];
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <summary>Observations of the controller.</summary>
    /// <param name="task">The task.</param>
    /// <param name="robot">The robot whose joints are read.</param>
    /// <param name="world">State that only a simulator knows; null on hardware.</param>
    /// <exception cref="UserErrorException">The robot lacks a joint, or a privileged term has no simulator to read from.</exception>
    public static TaskObservationSource ForController(TaskDefinition task, RobotSpec robot, IPrivilegedState? world) =>
        new(task, task.Terms.Where(t => t.IsObserved).Select(t => t.Source == ObservationSource.Privileged
            ? Privileged(task, t, world)
            : Sensed(task, t, robot)));

    /// <summary>Observations of the scorer: the true values of everything that has one, and the goals.</summary>
    /// <param name="task">The task.</param>
    /// <param name="world">The simulator.</param>
    /// <exception cref="UserErrorException">The simulator does not know a name.</exception>
    public static TaskObservationSource ForScorer(TaskDefinition task, IPrivilegedState world) =>
        new(task, task.Terms.Where(t => t.IsObserved).Select(t => t.Quantity is { } quantity
            ? new TrueReader(t.Offset, world.Bind(quantity), t.Dimension)
            : (TermReader)new GoalReader(t.Offset, t.Name, t.Dimension)));

    /// <summary>Takes the goals of a new episode, by the names of the commanded terms.</summary>
    /// <exception cref="UserErrorException">A goal is missing.</exception>
    public void SetGoals(IReadOnlyDictionary<string, double[]> goals)
    {
        foreach (var reader in _readers.OfType<GoalReader>())
            reader.Take(goals);
    }

    /// <inheritdoc/>
    public LinkStatus TryObserve(MonotonicTime now, RobotState state, Span<float> observation)
    {
        foreach (var reader in _readers)
            reader.Read(state, observation);
        foreach (var value in observation)
        {
            if (!float.IsFinite(value))
                return LinkStatus.NotFinite;
        }

        return LinkStatus.Ok;
    }

    private static TrueReader Privileged(TaskDefinition task, TaskTerm term, IPrivilegedState? world)
    {
        if (!task.Privileged)
            throw new UserErrorException(
                $"Task '{task.Name}' observes '{term.Name}', which only a simulator knows; say 'privileged: true' in {task.FilePath} or "
                + "observe something else.");
        if (world is null)
            throw new UserErrorException(
                $"Task '{task.Name}' observes '{term.Name}', which only a simulator knows; it cannot run on hardware.");
        return new TrueReader(term.Offset, world.Bind(term.Quantity!), term.Dimension);
    }

    private static TermReader Sensed(TaskDefinition task, TaskTerm term, RobotSpec robot)
    {
        if (term.Source == ObservationSource.Commanded)
            return new GoalReader(term.Offset, term.Name, term.Dimension);
        if (term.Kinematics is { } kinematics)
            return new KinematicReader(term.Offset, Joints(task, robot, kinematics.Joints), kinematics.Program);
        var quantity = term.Quantity!;
        return quantity.Kind is QuantityKind.JointPosition or QuantityKind.JointVelocity
            ? new JointReader(term.Offset, Joints(task, robot, quantity.Names), quantity.Kind == QuantityKind.JointVelocity)
            : throw new UserErrorException(
                $"Task '{task.Name}' observes '{term.Name}', for which robot '{robot.Name}' has neither a sensor nor kinematics; change "
                + $"its source in {task.FilePath}.");
    }

    private static int[] Joints(TaskDefinition task, RobotSpec robot, IReadOnlyList<string> names) => [.. names.Select(name =>
    {
        for (var i = 0; i < robot.Joints.Count; i++)
        {
            if (robot.Joints[i].Name == name)
                return i;
        }

        throw new UserErrorException(
            $"Task '{task.Name}' observes joint '{name}', but robot '{robot.Name}' reports "
            + $"{string.Join(", ", robot.Joints.Select(j => j.Name))}.");
    })];
}
