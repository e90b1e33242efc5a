using Robotics.Configuration.Tasks;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Data.Episodes;

namespace Robotics.Learning.Evaluation;

/// <summary>
/// Distance between the two points for which the task's reset gives a minimum distance, such as a tip and its goal.
/// Measured on the true state where the episode has it, on observations otherwise. Not thread-safe.
/// </summary>
public sealed class ReachMeasure
{
    private readonly Point _first;
    private readonly Point _second;

    private ReachMeasure(Point first, Point second) => (_first, _second) = (first, second);

    /// <summary>The measure of a task; null when its reset gives no minimum distance between points of the observation.</summary>
    public static ReachMeasure? From(TaskDefinition task) =>
        task.Reset.MinimumDistances is [var pair, ..] && Point.From(task, pair.First.Name) is { } first
            && Point.From(task, pair.Second.Name) is { } second
            ? new ReachMeasure(first, second)
            : null;

    /// <summary>The distance at an observation, from 0 to the episode's steps, m.</summary>
    public double At(Episode episode, int step)
    {
        var size = episode.ObservationDimension;
        var observation = (episode.Truth.Length > 0 ? episode.Truth : episode.Observations).AsSpan(step * size, size);
        Span<float> first = stackalloc float[3];
        Span<float> second = stackalloc float[3];
        _first.Read(observation, first);
        _second.Read(observation, second);
        var sum = 0.0;
        for (var i = 0; i < first.Length; i++)
            sum += Math.Pow((double)first[i] - second[i], 2);
        return Math.Sqrt(sum);
    }

    /// <summary>The distance at the end, m.</summary>
    public double Final(Episode episode) => At(episode, episode.Steps);

    /// <summary>Time to the start of the interval in which success held for the task's hold time, s; NaN without success.</summary>
    public static double SecondsToSuccess(TaskDefinition task, Episode episode)
    {
        var run = 0;
        for (var t = 0; t < episode.Steps && !episode.IsDiverged; t++)
        {
            run = episode.Flags[t].HasFlag(StepFlags.Succeeding) ? run + 1 : 0;
            if (run >= task.SuccessHoldSteps)
                return (t + 2 - run) * task.ControlPeriodSeconds;
        }

        return double.NaN;
    }

    /// <summary>A point in an observation: elements of it, or a program over some of them.</summary>
    private sealed class Point(int[] places, TermProgram? program)
    {
        private readonly float[] _inputs = new float[places.Length];
        private readonly float[] _registers = new float[program?.RegisterCount ?? 0];

        public static Point? From(TaskDefinition task, string name)
        {
            if (task.Terms.FirstOrDefault(t => t.Name == name) is not { Dimension: 3 } term)
                return null;
            if (term.IsObserved)
                return new Point([.. Enumerable.Range(term.Offset, term.Dimension)], null);
            var places = term.Kinematics?.Joints.Select(j => PlaceOf(task, j)).ToArray() ?? [-1];
            return places.Contains(-1) ? null : new Point(places, term.Kinematics!.Program);
        }

        public void Read(ReadOnlySpan<float> observation, Span<float> into)
        {
            for (var i = 0; i < places.Length; i++)
                _inputs[i] = observation[places[i]];
            if (program is null)
                _inputs.CopyTo(into);
            else
                program.Evaluate(_inputs, [], _registers, into);
        }

        private static int PlaceOf(TaskDefinition task, string joint)
        {
            foreach (var term in task.Terms.Where(t => t.IsObserved && t.Quantity?.Kind == QuantityKind.JointPosition))
            {
                for (var i = 0; i < term.Quantity!.Names.Count; i++)
                {
                    if (term.Quantity.Names[i] == joint)
                        return term.Offset + i;
                }
            }

            return -1;
        }
    }
}
