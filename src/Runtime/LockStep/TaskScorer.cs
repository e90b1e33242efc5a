using Robotics.Configuration.Tasks;
using Robotics.Core.Terms;
using Robotics.Data.Episodes;

namespace Robotics.Runtime.LockStep;

/// <summary>
/// Scores steps with the task's programs over o_{t+1} and the applied a_t. One thread; does not allocate after construction.
/// </summary>
public sealed class TaskScorer(TaskDefinition task)
{
    private readonly float[] _registers = new float[Math.Max(
        task.Reward.RegisterCount, Math.Max(task.Termination?.RegisterCount ?? 0, task.Success?.RegisterCount ?? 0))];

    /// <summary>r_t.</summary>
    public float Reward(ReadOnlySpan<float> next, ReadOnlySpan<float> action) => Run(task.Reward, next, action);

    /// <summary>Flags of the termination and success conditions that hold after the step.</summary>
    public StepFlags Conditions(ReadOnlySpan<float> next, ReadOnlySpan<float> action)
    {
        var flags = StepFlags.None;
        if (task.Termination is { } termination && Run(termination, next, action) > 0)
            flags |= StepFlags.Terminated;
        if (task.Success is { } success && Run(success, next, action) > 0)
            flags |= StepFlags.Succeeding;
        return flags;
    }

    private float Run(TermProgram program, ReadOnlySpan<float> next, ReadOnlySpan<float> action)
    {
        Span<float> result = stackalloc float[1];
        program.Evaluate(next, action, _registers, result);
        return result[0];
    }
}
