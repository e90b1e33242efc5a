using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;

namespace Robotics.Runtime.Tasks;

/// <summary>
/// Inverse kinematics for reaching: a joint step by damped least squares on the task's kinematics (Wampler 1986). For tasks whose
/// reset gives a minimum distance between a point of the robot and a goal, and whose actions are steps from measured positions. One
/// thread; does not allocate after construction.
/// </summary>
public sealed class ReachKinematics
{
    private const double Damping = 0.02;
    private const double Probe = 1e-3;
    private readonly TaskDefinition _task;
    private readonly TermProgram _program;
    private readonly int[] _places;
    private readonly int[] _channels;
    private readonly float[] _joints;
    private readonly float[] _registers;
    private readonly float[] _point = new float[3];
    private readonly double[,] _jacobian;

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
        (_program, GoalOffset, GoalName) = (point.Kinematics!.Program, goal.Offset, goal.Name);
        _places = [.. point.Kinematics.Joints.Select(j => PlaceOf(task, j))];
        _channels = [.. task.Actions.Channels.Select(c => point.Kinematics.Joints.ToList().IndexOf(c.Name))];
        if (_places.Contains(-1))
            throw Refuse(task);
        (_joints, _registers, _jacobian) = (new float[_places.Length], new float[_program.RegisterCount], new double[3, _places.Length]);
    }

    /// <summary>Offset of the goal in an observation.</summary>
    public int GoalOffset { get; }

    /// <summary>The goal's term.</summary>
    public string GoalName { get; }

    /// <summary>Computes the action that moves the point towards a target.</summary>
    /// <param name="observation">[observation], of which the joints are read.</param>
    /// <param name="target">x, y, z, m.</param>
    /// <param name="action">Receives [action].</param>
    public void Step(ReadOnlySpan<float> observation, ReadOnlySpan<double> target, Span<float> action)
    {
        for (var i = 0; i < _places.Length; i++)
            _joints[i] = observation[_places[i]];
        Span<double> here = stackalloc double[3];
        Span<double> error = stackalloc double[3];
        Locate(here);
        for (var k = 0; k < 3; k++)
            error[k] = target[k] - here[k];
        Differentiate(here);
        Solve(error);
        for (var c = 0; c < _channels.Length; c++)
        {
            var channel = _task.Actions.Channels[c];
            var delta = 0.0;
            for (var k = 0; _channels[c] >= 0 && k < 3; k++)
                delta += _jacobian[k, _channels[c]] * error[k];
            action[c] = (float)Math.Clamp(((delta - channel.Low) / (channel.High - channel.Low) * 2) - 1, -1, 1);
        }
    }

    private void Locate(Span<double> into)
    {
        _program.Evaluate(_joints, [], _registers, _point);
        for (var k = 0; k < 3; k++)
            into[k] = _point[k];
    }

    private void Differentiate(ReadOnlySpan<double> here)
    {
        Span<double> there = stackalloc double[3];
        for (var j = 0; j < _joints.Length; j++)
        {
            var before = _joints[j];
            _joints[j] = (float)(before + Probe);
            Locate(there);
            _joints[j] = before;
            for (var k = 0; k < 3; k++)
                _jacobian[k, j] = (there[k] - here[k]) / Probe;
        }
    }

    /// <summary>Replaces e by (J·Jᵀ + λ²·1)⁻¹·e, by Gauss elimination without pivots: the matrix is positive definite.</summary>
    private void Solve(Span<double> e)
    {
        Span<double> m = stackalloc double[9];
        for (var r = 0; r < 3; r++)
        {
            for (var c = 0; c < 3; c++)
            {
                m[(r * 3) + c] = r == c ? Damping * Damping : 0;
                for (var j = 0; j < _joints.Length; j++)
                    m[(r * 3) + c] += _jacobian[r, j] * _jacobian[c, j];
            }
        }

        for (var p = 0; p < 3; p++)
        {
            for (var r = p + 1; r < 3; r++)
            {
                var factor = m[(r * 3) + p] / m[(p * 3) + p];
                for (var c = p; c < 3; c++)
                    m[(r * 3) + c] -= factor * m[(p * 3) + c];
                e[r] -= factor * e[p];
            }
        }

        for (var r = 2; r >= 0; r--)
        {
            for (var c = r + 1; c < 3; c++)
                e[r] -= m[(r * 3) + c] * e[c];
            e[r] /= m[(r * 3) + r];
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
