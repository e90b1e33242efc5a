namespace Robotics.StateEstimation;

/// <summary>
/// The discrete algebraic Riccati equation of a filter, P = F P Fᵀ − F P Hᵀ (H P Hᵀ + R)⁻¹ H P Fᵀ + Q, solved by the
/// structure-preserving doubling algorithm (Chu, Fan, Lin and Wang 2004, "Structure-preserving algorithms for periodic discrete-time
/// algebraic Riccati equations", algorithm 3.1): quadratic convergence, and no filter recursion in it. Offline.
/// </summary>
public static class RiccatiEquation
{
    private const int MostDoublings = 60;

    /// <summary>The covariance before a correction in the steady state.</summary>
    /// <param name="transition">F, [n × n].</param>
    /// <param name="observation">H, [p × n].</param>
    /// <param name="processNoise">Q, [n × n].</param>
    /// <param name="sensorNoise">R, [p × p], positive definite.</param>
    /// <exception cref="ArithmeticException">There is no steady state: a direction that grows is not seen.</exception>
    public static DenseMatrix Solve(DenseMatrix transition, DenseMatrix observation, DenseMatrix processNoise, DenseMatrix sensorNoise)
    {
        var a = transition.Transposed();
        var g = observation.Transposed() * Cholesky.Of(sensorNoise).Solve(observation);
        var h = processNoise.Clone();
        for (var i = 0; i < MostDoublings; i++)
        {
            var w = Inverse(DenseMatrix.Identity(a.Rows) + (g * h));
            var aw = a * w;
            var step = a.Transposed() * h * w * a;
            g += aw * g * a.Transposed();
            h += step;
            a = aw * a;
            h.Symmetrize();
            g.Symmetrize();
            if (Largest(step) <= 1e-15 * Largest(h))
                return h;
        }

        throw new ArithmeticException("The Riccati equation has no finite solution: a direction that grows is not seen by any sensor.");
    }

    private static double Largest(DenseMatrix matrix) => matrix.Data.Max(Math.Abs);

    /// <summary>Gauss and Jordan with row pivots; the matrix is not symmetric.</summary>
    private static DenseMatrix Inverse(DenseMatrix matrix)
    {
        var (left, right, n) = (matrix.Clone(), DenseMatrix.Identity(matrix.Rows), matrix.Rows);
        for (var c = 0; c < n; c++)
        {
            var pivot = Enumerable.Range(c, n - c).MaxBy(r => Math.Abs(left[r, c]));
            Swap(left, c, pivot);
            Swap(right, c, pivot);
            var scale = 1 / left[c, c];
            for (var r = 0; r < n; r++)
            {
                if (r == c)
                    continue;
                var factor = left[r, c] * scale;
                Subtract(left, r, c, factor);
                Subtract(right, r, c, factor);
            }

            for (var k = 0; k < n; k++)
                (left[c, k], right[c, k]) = (left[c, k] * scale, right[c, k] * scale);
        }

        return right;
    }

    private static void Swap(DenseMatrix matrix, int a, int b)
    {
        for (var k = 0; k < matrix.Columns && a != b; k++)
            (matrix[a, k], matrix[b, k]) = (matrix[b, k], matrix[a, k]);
    }

    private static void Subtract(DenseMatrix matrix, int row, int other, double factor)
    {
        for (var k = 0; k < matrix.Columns; k++)
            matrix[row, k] -= factor * matrix[other, k];
    }
}
