using Robotics.Configuration.Tasks;
using Robotics.Controller.Classical;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;

namespace Robotics.Runtime.Tasks;

/// <summary>
/// Inverse kinematics of a task for reaching: a step of <see cref="DampedLeastSquares"/> on the task's kinematics as an action. For tasks
/// whose reset gives a minimum distance between a point of the robot and a goal, and whose actions are steps from measured positions.
/// One thread; does not allocate after construction.
/// </summary>
public sealed class ReachKinematics
{
    private readonly TaskDefinition _task;
    private readonly PointKinematics _point;
    private readonly DampedLeastSquares _solver;
    private readonly int[] _places;
    private readonly int[] _channels;
    private readonly double[] _joints;
    private readonly double[] _step;

    /// <summary>Reads a task.</summary>
    /// <exception cref="UserErrorException">The task is not of this kind.</exception>
    public ReachKinematics(TaskDefinition task)
    {
        _task = task;
        var pair = task.Reset.MinimumDistances is [var first, ..] ? first : throw Refuse(task);
        var terms = new[] { pair.First.Name, pair.Second.Name }.Select(n => task.Terms.First(t => t.Name == n)).ToList();
        var (point, goal) = (terms.Find(t => t.Kinematics is not null), terms.Find(t => t.Source == ObservationSource.Commanded));
        if (point is null || goal is null || !goal.IsObserved
            || task.Actions.Channels.Any(c => c is not { Mode: ActionMode.Position, Reference: ActionReference.Delta }))
            throw Refuse(task);
        (GoalOffset, GoalName) = (goal.Offset, goal.Name);
        _places = [.. point.Kinematics!.Joints.Select(j => PlaceOf(task, j))];
        _channels = [.. task.Actions.Channels.Select(c => point.Kinematics.Joints.ToList().IndexOf(c.Name))];
        if (_places.Contains(-1))
            throw Refuse(task);
        _point = new PointKinematics(point.Kinematics.Program, _places.Length);
        (_joints, _step) = (new double[_places.Length], new double[_places.Length]);

        // Actions limit the steps.
        double[] unlimited = [.. Enumerable.Repeat(double.PositiveInfinity, _places.Length)];
        _solver = new DampedLeastSquares(
            PointKinematics.Dimension, [.. unlimited.Select(l => -l)], unlimited, new DampedLeastSquaresOptions());
    }

    /// <summary>Offset of the goal in an observation.</summary>
    public int GoalOffset { get; }

    /// <summary>The goal's term.</summary>
    public string GoalName { get; }

    /// <summary>Computes the action that moves the point towards a target.</summary>
    /// <param name="observation">[observation], of which the joints are read.</param>
    /// <param name="target">x, y, z, m.</param>
    /// <param name="action">Receives [action]; that of no step when the kinematics are not finite.</param>
    public void Step(ReadOnlySpan<float> observation, ReadOnlySpan<double> target, Span<float> action)
    {
        for (var i = 0; i < _places.Length; i++)
            _joints[i] = observation[_places[i]];
        target.CopyTo(_point.Target);
        _solver.TryStep(_point, _joints, _step);
        for (var c = 0; c < _channels.Length; c++)
        {
            var channel = _task.Actions.Channels[c];
            var delta = _channels[c] >= 0 ? _step[_channels[c]] : 0;
            action[c] = (float)Math.Clamp(((delta - channel.Low) / (channel.High - channel.Low) * 2) - 1, -1, 1);
        }
    }

    private static int PlaceOf(TaskDefinition task, string joint)
    {
        foreach (var term in task.Terms.Where(t => t.IsObserved && t.Quantity?.Kind == QuantityKind.JointPosition))
        {
            if (term.Quantity!.Names.ToList().IndexOf(joint) is >= 0 and var index)
                return term.Offset + index;
        }

        return -1;
    }

    private static UserErrorException Refuse(TaskDefinition task) =>
        new(
            $"the classical controllers reach for a goal by kinematics with actions that are steps of joints; task '{task.Name}' is not of "
                + "that kind, so leave them out.");
}
