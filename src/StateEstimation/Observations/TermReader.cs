using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Terms;

namespace Robotics.StateEstimation.Observations;

/// <summary>Reads one stretch of an observation vector. One thread; does not allocate after construction or throw.</summary>
internal abstract class TermReader(int offset, int dimension)
{
    public void Read(RobotState state, Span<float> observation) => ReadTerm(state, observation.Slice(offset, dimension));

    protected abstract void ReadTerm(RobotState state, Span<float> into);
}

/// <summary>Joint positions or velocities as the robot reports them.</summary>
internal sealed class JointReader(int offset, int[] joints, bool velocities) : TermReader(offset, joints.Length)
{
    protected override void ReadTerm(RobotState state, Span<float> into)
    {
        var values = velocities ? state.Velocities : state.Positions;
        for (var i = 0; i < joints.Length; i++)
            into[i] = (float)values[joints[i]];
    }
}

/// <summary>A point computed from the joint positions that the robot reports.</summary>
internal sealed class KinematicReader(int offset, int[] joints, TermProgram program) : TermReader(offset, program.Outputs.Count)
{
    private readonly float[] _positions = new float[joints.Length];
    private readonly float[] _registers = new float[program.RegisterCount];

    protected override void ReadTerm(RobotState state, Span<float> into)
    {
        for (var i = 0; i < joints.Length; i++)
            _positions[i] = (float)state.Positions[joints[i]];
        program.Evaluate(_positions, [], _registers, into);
    }
}

/// <summary>A goal.</summary>
internal sealed class GoalReader(int offset, string name, int dimension) : TermReader(offset, dimension)
{
    private readonly float[] _value = new float[dimension];

    /// <summary>Takes the goal of a new episode.</summary>
    /// <exception cref="UserErrorException">The episode's start has no such goal.</exception>
    public void Take(IReadOnlyDictionary<string, double[]> goals)
    {
        if (!goals.TryGetValue(name, out var goal) || goal.Length != _value.Length)
            throw new UserErrorException(
                $"The start of the episode gives no goal '{name}' of {_value.Length} numbers; add it to the task's reset.");
        for (var i = 0; i < goal.Length; i++)
            _value[i] = (float)goal[i];
    }

    protected override void ReadTerm(RobotState state, Span<float> into) => _value.CopyTo(into);
}

/// <summary>The true value from the simulator.</summary>
internal sealed class TrueReader(int offset, IPrivilegedReader reader, int dimension) : TermReader(offset, dimension)
{
    private readonly double[] _value = new double[dimension];

    protected override void ReadTerm(RobotState state, Span<float> into)
    {
        reader.Read(_value);
        for (var i = 0; i < _value.Length; i++)
            into[i] = (float)_value[i];
    }
}
