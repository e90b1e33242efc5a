namespace Robotics.Controller.Classical;

/// <summary>Outcome of a solution of inverse kinematics.</summary>
public enum InverseKinematicsStatus
{
    /// <summary>The error is within the tolerance.</summary>
    Converged,

    /// <summary>The maximum number of iterations was reached; the joints are the last ones.</summary>
    IterationLimit,

    /// <summary>Error or Jacobian became NaN or infinite; the joints are the last ones that were finite.</summary>
    NotFinite,
}

/// <summary>Result of a solution of inverse kinematics. Immutable.</summary>
/// <param name="Status">Outcome.</param>
/// <param name="Iterations">Number of steps taken.</param>
/// <param name="Residual">Norm of the error at the joints returned, m; not finite when it could not be computed.</param>
public readonly record struct InverseKinematicsResult(InverseKinematicsStatus Status, int Iterations, double Residual);
