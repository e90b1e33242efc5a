namespace Robotics.Core.Numerics;

/// <summary>
/// A small dense matrix of doubles, row-major. Operators allocate and are for set-up and offline work; the <c>Set…</c> methods
/// write into this matrix and are safe on the tick path. Not thread-safe.
/// </summary>
public sealed class DenseMatrix
{
    /// <summary>A matrix of zeros.</summary>
    public DenseMatrix(int rows, int columns) => (Rows, Columns, Data) = (rows, columns, new double[rows * columns]);

    /// <summary>A matrix of the given numbers.</summary>
    public DenseMatrix(double[,] values)
        : this(values.GetLength(0), values.GetLength(1)) => Buffer.BlockCopy(values, 0, Data, 0, Data.Length * sizeof(double));

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>[rows × columns], row-major.</summary>
    public double[] Data { get; }

    /// <summary>One number.</summary>
    public double this[int row, int column]
    {
        get => Data[(row * Columns) + column];
        set => Data[(row * Columns) + column] = value;
    }

    /// <summary>The identity.</summary>
    public static DenseMatrix Identity(int size, double scale = 1)
    {
        var result = new DenseMatrix(size, size);
        for (var i = 0; i < size; i++)
            result[i, i] = scale;
        return result;
    }

    /// <summary>A diagonal matrix.</summary>
    public static DenseMatrix Diagonal(params ReadOnlySpan<double> values)
    {
        var result = new DenseMatrix(values.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
            result[i, i] = values[i];
        return result;
    }

    /// <summary>The product.</summary>
    public static DenseMatrix operator *(DenseMatrix a, DenseMatrix b)
    {
        var result = new DenseMatrix(a.Rows, b.Columns);
        result.SetProduct(a, b);
        return result;
    }

    /// <summary>The product with a vector.</summary>
    public static double[] operator *(DenseMatrix a, double[] x)
    {
        var result = new double[a.Rows];
        a.Apply(x, result);
        return result;
    }

    /// <summary>The sum.</summary>
    public static DenseMatrix operator +(DenseMatrix a, DenseMatrix b) => a.With(b, 1);

    /// <summary>The difference.</summary>
    public static DenseMatrix operator -(DenseMatrix a, DenseMatrix b) => a.With(b, -1);

    /// <summary>A copy.</summary>
    public DenseMatrix Clone()
    {
        var result = new DenseMatrix(Rows, Columns);
        Data.CopyTo(result.Data, 0);
        return result;
    }

    /// <summary>A copy with rows and columns exchanged.</summary>
    public DenseMatrix Transposed()
    {
        var result = new DenseMatrix(Columns, Rows);
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
                result[c, r] = this[r, c];
        }

        return result;
    }

    /// <summary>Sets this matrix to a · b; neither may be this matrix.</summary>
    public void SetProduct(DenseMatrix a, DenseMatrix b)
    {
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                var sum = 0.0;
                for (var k = 0; k < a.Columns; k++)
                    sum += a[r, k] * b[k, c];
                this[r, c] = sum;
            }
        }
    }

    /// <summary>Sets this matrix to a · bᵀ; neither may be this matrix.</summary>
    public void SetProductTransposed(DenseMatrix a, DenseMatrix b)
    {
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
            {
                var sum = 0.0;
                for (var k = 0; k < a.Columns; k++)
                    sum += a[r, k] * b[c, k];
                this[r, c] = sum;
            }
        }
    }

    /// <summary>Adds another matrix, scaled.</summary>
    public void Add(DenseMatrix other, double scale = 1)
    {
        for (var i = 0; i < Data.Length; i++)
            Data[i] += scale * other.Data[i];
    }

    /// <summary>Sets this matrix to the mean of itself and its transpose.</summary>
    public void Symmetrize()
    {
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < r; c++)
                this[r, c] = this[c, r] = 0.5 * (this[r, c] + this[c, r]);
        }
    }

    /// <summary>result = this · x.</summary>
    public void Apply(ReadOnlySpan<double> x, Span<double> result)
    {
        for (var r = 0; r < Rows; r++)
        {
            var sum = 0.0;
            for (var c = 0; c < Columns; c++)
                sum += this[r, c] * x[c];
            result[r] = sum;
        }
    }

    private DenseMatrix With(DenseMatrix other, double scale)
    {
        var result = Clone();
        result.Add(other, scale);
        return result;
    }
}
