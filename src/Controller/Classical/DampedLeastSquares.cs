using Robotics.Core.Numerics;

namespace Robotics.Controller.Classical;

/// <summary>
/// Inverse kinematics by damped least squares: Δq = Jᵀ (J Jᵀ + λ² I)⁻¹ e minimises |J Δq − e|² + λ² |Δq|², so that steps stay bounded
/// near singularities, where the pseudoinverse's do not (Wampler 1986, "Manipulator inverse kinematic solutions based on vector
/// formulations and damped least-squares methods"; Nakamura and Hanafusa 1986). <see cref="Solve"/> repeats the step with the damping
/// λ² + |e|² / 2, which also settles where a target is out of reach (Sugihara 2011, "Solvability-unconcerned inverse kinematics by the
/// Levenberg-Marquardt method"). Joint limits, which the sources do not treat, are kept by projecting each step onto them. Used by one
/// thread; does not allocate after construction or throw; safe on the tick path as far as the target is.
/// </summary>
public sealed class DampedLeastSquares
{
    private readonly DampedLeastSquaresOptions _options;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly double[] _error;
    private readonly double[] _step;
    private readonly DenseMatrix _jacobian;
    private readonly DenseMatrix _normal;
    private readonly Cholesky _factor;

    /// <summary>Creates a solver.</summary>
    /// <param name="errorDimension">Dimension of the targets' error.</param>
    /// <param name="lower">[joint], lower limits, rad or m; −∞ for none.</param>
    /// <param name="upper">[joint], upper limits, rad or m; +∞ for none.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">The limits' lengths differ, or a lower limit exceeds the upper one.</exception>
    public DampedLeastSquares(
        int errorDimension, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, DampedLeastSquaresOptions options)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(errorDimension, 1);
        if (lower.Length != upper.Length)
            throw new ArgumentException($"There are {lower.Length} lower limits, but {upper.Length} upper ones.", nameof(upper));
        for (var i = 0; i < lower.Length; i++)
        {
            if (!(lower[i] <= upper[i]))
                throw new ArgumentException($"Joint {i} has a lower limit of {lower[i]} and an upper one of {upper[i]}.", nameof(lower));
        }

        _options = options;
        (_lower, _upper) = (lower.ToArray(), upper.ToArray());
        (_error, _step) = (new double[errorDimension], new double[lower.Length]);
        (_jacobian, _normal) = (new DenseMatrix(errorDimension, lower.Length), new DenseMatrix(errorDimension, errorDimension));
        _factor = new Cholesky(errorDimension);
    }

    /// <summary>Number of joints.</summary>
    public int JointDimension => _step.Length;

    /// <summary>Dimension of the targets' error.</summary>
    public int ErrorDimension => _error.Length;

    /// <summary>Moves the joints until the error is within the tolerance.</summary>
    /// <param name="target">The target; its dimensions are the solver's.</param>
    /// <param name="joints">[joint], the start; receives the solution, within the limits.</param>
    public InverseKinematicsResult Solve(IKinematicTarget target, Span<double> joints)
    {
        Project(joints);
        for (var iteration = 0; ; iteration++)
        {
            var isFinite = TryComputeStep(target, joints, errorWeight: 0.5);
            var residual = Norm(_error);
            if (!isFinite)
                return new InverseKinematicsResult(InverseKinematicsStatus.NotFinite, iteration, residual);
            if (residual <= _options.Tolerance)
                return new InverseKinematicsResult(InverseKinematicsStatus.Converged, iteration, residual);
            if (iteration == _options.MaximumIterations)
                return new InverseKinematicsResult(InverseKinematicsStatus.IterationLimit, iteration, residual);
            Advance(joints);
        }
    }

    /// <summary>
    /// One damped step towards a target, of full length and without regard to limits: for control loops, which move by steps and limit
    /// them.
    /// </summary>
    /// <param name="target">The target; its dimensions are the solver's.</param>
    /// <param name="joints">[joint], positions, rad or m.</param>
    /// <param name="step">Receives [joint], Δq, rad or m; zero when it cannot be computed.</param>
    /// <returns>False when error or Jacobian are not finite.</returns>
    public bool TryStep(IKinematicTarget target, ReadOnlySpan<double> joints, Span<double> step)
    {
        var isFinite = TryComputeStep(target, joints, errorWeight: 0);
        if (isFinite)
            _step.CopyTo(step);
        else
            step.Clear();
        return isFinite;
    }

    /// <summary>Computes error, Jacobian and step; the squared error is added to the damping by its weight.</summary>
    private bool TryComputeStep(IKinematicTarget target, ReadOnlySpan<double> joints, double errorWeight)
    {
        target.Evaluate(joints, _error, _jacobian);
        var norm = Norm(_error);
        _normal.SetProductTransposed(_jacobian, _jacobian);
        for (var r = 0; r < _error.Length; r++)
            _normal[r, r] += (_options.Damping * _options.Damping) + (errorWeight * norm * norm);
        if (!double.IsFinite(norm) || !_factor.TryFactorise(_normal))
            return false;
        Span<double> weights = stackalloc double[_error.Length];
        _error.CopyTo(weights);
        _factor.Solve(weights);
        for (var j = 0; j < _step.Length; j++)
        {
            _step[j] = 0;
            for (var r = 0; r < weights.Length; r++)
                _step[j] += _jacobian[r, j] * weights[r];
        }

        return true;
    }

    private void Advance(Span<double> joints)
    {
        var longest = 0.0;
        foreach (var change in _step)
            longest = Math.Max(longest, Math.Abs(change));
        var scale = longest > _options.MaximumStep ? _options.MaximumStep / longest : 1;
        for (var j = 0; j < joints.Length; j++)
            joints[j] += scale * _step[j];
        Project(joints);
    }

    private void Project(Span<double> joints)
    {
        for (var j = 0; j < joints.Length; j++)
            joints[j] = Math.Clamp(joints[j], _lower[j], _upper[j]);
    }

    private static double Norm(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value * value;
        return Math.Sqrt(sum);
    }
}
