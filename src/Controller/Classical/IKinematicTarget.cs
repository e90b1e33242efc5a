using Robotics.Core.Numerics;

namespace Robotics.Controller.Classical;

/// <summary>
/// A target in task space for a point or a pose of a robot, as a solver of inverse kinematics sees it. Used by one thread at a time;
/// <see cref="Evaluate"/> does not allocate or throw and is safe on the tick path.
/// </summary>
public interface IKinematicTarget
{
    /// <summary>Computes the error and the Jacobian of the forward kinematics.</summary>
    /// <param name="joints">[joint], positions, rad or m.</param>
    /// <param name="error">
    /// Receives [error], target minus forward kinematics: m; for orientations a rotation vector, rad. 3 numbers for a point, 6 for a pose.
    /// </param>
    /// <param name="jacobian">Receives [error × joint], derivative of the forward kinematics: the error's is its negative.</param>
    void Evaluate(ReadOnlySpan<double> joints, Span<double> error, DenseMatrix jacobian);
}
