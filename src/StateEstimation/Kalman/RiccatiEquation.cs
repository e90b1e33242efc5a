using MathNet.Numerics.LinearAlgebra;
using Robotics.Core.Numerics;

namespace Robotics.StateEstimation.Kalman;

/// <summary>
/// The discrete algebraic Riccati equation of a filter, P = F P Fᵀ − F P Hᵀ (H P Hᵀ + R)⁻¹ H P Fᵀ + Q, solved by the
/// structure-preserving doubling algorithm (Chu, Fan, Lin and Wang 2004, "Structure-preserving algorithms for periodic discrete-time
/// algebraic Riccati equations", algorithm 3.1): quadratic convergence, and no filter recursion in it. Offline.
/// </summary>
public static class RiccatiEquation
{
    private const int MaximumDoublings = 60;

    /// <summary>The covariance before a correction in the steady state.</summary>
    /// <param name="transition">F, [n × n].</param>
    /// <param name="observation">H, [p × n].</param>
    /// <param name="processNoise">Q, [n × n].</param>
    /// <param name="sensorNoise">R, [p × p], positive definite.</param>
    /// <exception cref="ArithmeticException">There is no steady state: a direction that grows is not seen.</exception>
    public static DenseMatrix Solve(DenseMatrix transition, DenseMatrix observation, DenseMatrix processNoise, DenseMatrix sensorNoise)
    {
        var a = transition.Transposed();
        var g = observation.Transposed() * Cholesky.From(sensorNoise).Solve(observation);
        var h = processNoise.Clone();
        for (var i = 0; i < MaximumDoublings; i++)
        {
            var w = Inverse(DenseMatrix.Identity(a.Rows) + (g * h));
            var aw = a * w;
            var step = a.Transposed() * h * w * a;
            g += aw * g * a.Transposed();
            h += step;
            a = aw * a;
            h.Symmetrize();
            g.Symmetrize();
            if (!double.IsFinite(Largest(h)))
                throw NoSolution();
            if (Largest(step) <= 1e-15 * Largest(h))
                return h;
        }

        throw NoSolution();
    }

    private static ArithmeticException NoSolution() =>
        new("The Riccati equation has no finite solution: a direction that grows is not seen by any sensor.");

    private static double Largest(DenseMatrix matrix) => matrix.Data.Max(Math.Abs);

    private static DenseMatrix Inverse(DenseMatrix matrix)
    {
        // A singular matrix has a zero pivot, by which something of the inverse becomes infinite or NaN.
        var inverse = Matrix<double>.Build.DenseOfRowMajor(matrix.Rows, matrix.Columns, matrix.Data).Inverse();
        if (inverse.Exists(x => !double.IsFinite(x)))
            throw NoSolution();
        var result = new DenseMatrix(matrix.Rows, matrix.Columns);
        inverse.ToRowMajorArray().CopyTo(result.Data, 0);
        return result;
    }
}
