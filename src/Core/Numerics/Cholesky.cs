namespace Robotics.Core.Numerics;

/// <summary>
/// Cholesky's factorisation of a symmetric positive definite matrix, A = L Lᵀ, and what follows from it. Does not allocate after
/// construction; safe on the tick path. Not thread-safe.
/// </summary>
/// <param name="size">Rows of the matrix.</param>
public sealed class Cholesky(int size)
{
    /// <summary>The lower factor L; above its diagonal the numbers mean nothing.</summary>
    public DenseMatrix Factor { get; } = new(size, size);

    /// <summary>ln |A|.</summary>
    public double LogDeterminant { get; private set; }

    /// <summary>Factorises; a new object. For set-up.</summary>
    /// <exception cref="ArithmeticException">The matrix is not positive definite.</exception>
    public static Cholesky From(DenseMatrix matrix)
    {
        var result = new Cholesky(matrix.Rows);
        if (!result.TryFactorise(matrix))
            throw new ArithmeticException("The matrix is not positive definite.");
        return result;
    }

    /// <summary>Factorises; false when the matrix is not positive definite or not finite.</summary>
    public bool TryFactorise(DenseMatrix matrix)
    {
        LogDeterminant = 0;
        for (var c = 0; c < size; c++)
        {
            for (var r = c; r < size; r++)
            {
                var sum = matrix[r, c];
                for (var k = 0; k < c; k++)
                    sum -= Factor[r, k] * Factor[c, k];
                if (r == c && !(sum > 0 && double.IsFinite(sum)))
                    return false;
                Factor[r, c] = r == c ? Math.Sqrt(sum) : sum / Factor[c, c];
            }

            LogDeterminant += 2 * Math.Log(Factor[c, c]);
        }

        return true;
    }

    /// <summary>Solves L z = x in place.</summary>
    public void SolveLower(Span<double> x)
    {
        for (var r = 0; r < size; r++)
        {
            for (var c = 0; c < r; c++)
                x[r] -= Factor[r, c] * x[c];
            x[r] /= Factor[r, r];
        }
    }

    /// <summary>Solves A z = x in place.</summary>
    public void Solve(Span<double> x)
    {
        SolveLower(x);
        for (var r = size - 1; r >= 0; r--)
        {
            for (var c = r + 1; c < size; c++)
                x[r] -= Factor[c, r] * x[c];
            x[r] /= Factor[r, r];
        }
    }

    /// <summary>A⁻¹ · b. Allocates.</summary>
    public DenseMatrix Solve(DenseMatrix b)
    {
        var transposed = b.Transposed();
        for (var r = 0; r < transposed.Rows; r++)
            Solve(transposed.Data.AsSpan(r * size, size));
        return transposed.Transposed();
    }

    /// <summary>A⁻¹. Allocates.</summary>
    public DenseMatrix Inverse()
    {
        var result = Solve(DenseMatrix.Identity(size));
        result.Symmetrize();
        return result;
    }
}
