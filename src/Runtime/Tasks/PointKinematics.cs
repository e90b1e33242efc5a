using Robotics.Controller.Classical;
using Robotics.Core.Numerics;
using Robotics.Core.Terms;

namespace Robotics.Runtime.Tasks;

/// <summary>
/// A point of a task's robot as a target of inverse kinematics: forward kinematics by the term's program, the Jacobian by forward
/// differences. One thread; does not allocate after construction.
/// </summary>
/// <param name="program">Computes the point, x, y, z, m, from the joint positions.</param>
/// <param name="joints">Number of joints.</param>
internal sealed class PointKinematics(TermProgram program, int joints) : IKinematicTarget
{
    /// <summary>Coordinates of the point.</summary>
    public const int Dimension = 3;

    // Programs compute in float: a smaller step would drown in rounding.
    private const double DifferenceStep = 1e-3;
    private readonly float[] _joints = new float[joints];
    private readonly float[] _registers = new float[program.RegisterCount];
    private readonly float[] _point = new float[Dimension];

    /// <summary>[3], the target, x, y, z, m.</summary>
    public double[] Target { get; } = new double[Dimension];

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> joints, Span<double> error, DenseMatrix jacobian)
    {
        for (var j = 0; j < _joints.Length; j++)
            _joints[j] = (float)joints[j];
        Span<float> here = stackalloc float[Dimension];
        Locate(here);
        for (var k = 0; k < Dimension; k++)
            error[k] = Target[k] - here[k];
        for (var j = 0; j < _joints.Length; j++)
        {
            var before = _joints[j];
            _joints[j] = (float)(before + DifferenceStep);
            Locate(_point);
            _joints[j] = before;
            for (var k = 0; k < Dimension; k++)
                jacobian[k, j] = ((double)_point[k] - here[k]) / DifferenceStep;
        }
    }

    private void Locate(Span<float> into) => program.Evaluate(_joints, [], _registers, into);
}
