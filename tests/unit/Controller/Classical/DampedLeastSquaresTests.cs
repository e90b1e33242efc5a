using Robotics.Controller.Classical;
using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.Tests.Unit.StateEstimation;

namespace Robotics.Tests.Unit.Controller;

/// <summary>A planar arm of three links of 1 m, whose forward kinematics and Jacobian are written out.</summary>
public sealed class DampedLeastSquaresTests
{
    private static readonly double[] Unlimited = [double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity];

    [Fact]
    public void Solve_ReachableTargets_ConvergesWithinTheTolerance()
    {
        var (solver, random) = (Solver(), RandomKey.FromSeed(1).OpenStream());
        for (var i = 0; i < 50; i++)
        {
            double[] reached = [random.NextGaussian(), 0.3 + random.NextDouble(), 0.3 + random.NextDouble()];
            double[] joints = [random.NextGaussian(), 0.5, 0.5];
            var (x, y) = Locate(reached);

            var result = solver.Solve(new Arm(x, y), joints);

            Assert.Equal(InverseKinematicsStatus.Converged, result.Status);
            Assert.InRange(result.Iterations, 0, 40);
            Assert.InRange(result.Residual, 0, 1e-4);
            Assert.Equal(Distance(joints, x, y), result.Residual, 1e-12);
        }
    }

    [Fact]
    public void Solve_TargetOutOfReach_EndsNearestToIt()
    {
        double[] joints = [0.4, 0.5, 0.5];

        var result = Solver().Solve(new Arm(4, 0), joints);

        Assert.Equal((InverseKinematicsStatus.IterationLimit, 100), (result.Status, result.Iterations));
        Assert.Equal(1, result.Residual, 1e-6);
    }

    [Fact]
    public void Solve_TargetThatNeedsAnotherPosture_KeepsTheLimits()
    {
        double[] lower = [-0.2, 0, 0];
        double[] upper = [0.2, 2, 2];
        var (x, y) = Locate([-0.1, 1.5, 0.2]);
        double[] free = [0.2, 0.1, 1.5];
        double[] limited = [.. free];

        Solver().Solve(new Arm(x, y), free);
        var result = new DampedLeastSquares(2, lower, upper, new DampedLeastSquaresOptions()).Solve(new Arm(x, y), limited);

        Assert.Contains(Enumerable.Range(0, 3), j => free[j] < lower[j] || free[j] > upper[j]);
        Assert.Equal(InverseKinematicsStatus.Converged, result.Status);
        Assert.All(Enumerable.Range(0, 3), j => Assert.InRange(limited[j], lower[j], upper[j]));
        Assert.InRange(Distance(limited, x, y), 0, 1e-4);
    }

    [Fact]
    public void Solve_ErrorThatIsNotFinite_LeavesTheJoints()
    {
        double[] joints = [0.1, 0.2, 0.3];

        var result = Solver().Solve(new Arm(double.NaN, 0), joints);

        Assert.Equal((InverseKinematicsStatus.NotFinite, 0), (result.Status, result.Iterations));
        Assert.Equal([0.1, 0.2, 0.3], joints);
    }

    [Fact]
    public void TryStep_AnyConfiguration_MinimisesTheDampedSquares()
    {
        const double Damping = 0.3;
        var (target, jacobian) = (new Arm(0.5, 1.2), new DenseMatrix(2, 3));
        double[] joints = [0.3, -0.7, 1.1];
        var (step, error) = (new double[3], new double[2]);

        Assert.True(Solver(new DampedLeastSquaresOptions { Damping = Damping }).TryStep(target, joints, step));

        // The gradient of |J Δq − e|² + λ² |Δq|² is zero there.
        target.Evaluate(joints, error, jacobian);
        for (var j = 0; j < 3; j++)
        {
            var gradient = Damping * Damping * step[j];
            for (var r = 0; r < 2; r++)
                gradient += jacobian[r, j] * ((jacobian * step)[r] - error[r]);
            Assert.Equal(0, gradient, 1e-12);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-3)]
    [InlineData(1e-2)]
    public void TryStep_NearlyStretchedArm_StepIsBounded(double bend)
    {
        var step = new double[3];

        Assert.True(Solver().TryStep(new Arm(2.9, 0), [0, bend, 0], step));

        Assert.InRange(Math.Sqrt(step.Sum(s => s * s)), 0, 0.11 / (2 * 0.02));
    }

    [Fact]
    public void TryStep_ErrorThatIsNotFinite_ClearsTheStep()
    {
        double[] step = [1, 1, 1];

        Assert.False(Solver().TryStep(new Arm(double.NaN, 0), [0.1, 0.2, 0.3], step));

        Assert.Equal([0, 0, 0], step);
    }

    [Fact]
    public void Solve_ManyTimes_DoesNotAllocate()
    {
        var (solver, target, joints) = (Solver(), new Arm(1, 1.5), new double[3]);

        Assert.Equal(0, LeastAllocation.From(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                (joints[0], joints[1], joints[2]) = (0.1, 0.2, 0.3);
                solver.Solve(target, joints);
            }
        }));
    }

    [Fact]
    public void Constructor_LimitsThatDoNotFit_AreRefused()
    {
        Assert.Contains(
            "Joint 1 has a lower limit of 2 and an upper one of 1",
            Assert.Throws<ArgumentException>(() => new DampedLeastSquares(2, [0, 2], [1, 1], new DampedLeastSquaresOptions())).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Solver(new DampedLeastSquaresOptions { Damping = 0 }));
    }

    private static DampedLeastSquares Solver(DampedLeastSquaresOptions? options = null) =>
        new(2, [.. Unlimited.Select(l => -l)], Unlimited, options ?? new DampedLeastSquaresOptions());

    private static double Distance(double[] joints, double x, double y) =>
        Math.Sqrt(Math.Pow(Locate(joints).X - x, 2) + Math.Pow(Locate(joints).Y - y, 2));

    private static (double X, double Y) Locate(double[] joints)
    {
        var (angle, x, y) = (0.0, 0.0, 0.0);
        foreach (var joint in joints)
        {
            angle += joint;
            (x, y) = (x + Math.Cos(angle), y + Math.Sin(angle));
        }

        return (x, y);
    }

    private sealed class Arm(double x, double y) : IKinematicTarget
    {
        public void Evaluate(ReadOnlySpan<double> joints, Span<double> error, DenseMatrix jacobian)
        {
            var (a, b, c) = (joints[0], joints[0] + joints[1], joints[0] + joints[1] + joints[2]);
            error[0] = x - (Math.Cos(a) + Math.Cos(b) + Math.Cos(c));
            error[1] = y - (Math.Sin(a) + Math.Sin(b) + Math.Sin(c));
            (jacobian[0, 2], jacobian[1, 2]) = (-Math.Sin(c), Math.Cos(c));
            (jacobian[0, 1], jacobian[1, 1]) = (jacobian[0, 2] - Math.Sin(b), jacobian[1, 2] + Math.Cos(b));
            (jacobian[0, 0], jacobian[1, 0]) = (jacobian[0, 1] - Math.Sin(a), jacobian[1, 1] + Math.Cos(a));
        }
    }
}
