using Robotics.Core.Numerics;
using Robotics.StateEstimation.Kalman;

namespace Robotics.Studies.Structure;

/// <summary>
/// The best that each family of smoothers can do on a linear-Gaussian system, in closed form. For a Gaussian posterior with
/// precision J, the best Gaussian that is a product over groups of variables has the exact means and the precision's diagonal
/// blocks, so that its distance is KL = ½ (Σ_groups ln |J_group| − ln |J|) (Wainwright and Jordan 2008, "Graphical models, exponential
/// families, and variational inference", section 5.3). It does not depend on the readings. Offline.
/// </summary>
public static class SmoothingOptimum
{
    /// <summary>KL(q* ‖ p(x | y)) in nats: what the family's evidence lower bound loses against the log-likelihood.</summary>
    /// <param name="model">One sensor, which reads at every step; steps have length 1.</param>
    /// <param name="steps">T.</param>
    /// <param name="structure">The family; not <see cref="PosteriorStructure.Filtering"/>.</param>
    public static double Kl(LinearGaussianModel model, int steps, PosteriorStructure structure)
    {
        var precision = Precision(model, steps);
        var n = model.Motion.StateDimension;
        var groups = structure switch
        {
            PosteriorStructure.MeanField => Enumerable.Range(0, steps * n).Select(i => new[] { i }),
            PosteriorStructure.Markovian => Enumerable.Range(0, n)
                .Select(i => Enumerable.Range(0, steps).Select(t => (t * n) + i).ToArray()),
            PosteriorStructure.Structured => [Enumerable.Range(0, steps * n).ToArray()],
            _ => throw new ArgumentOutOfRangeException(nameof(structure), structure, "A filter's optimum is FilteringOptimum's."),
        };
        return 0.5 * (groups.Sum(group => Cholesky.From(Block(precision, group)).LogDeterminant) - Cholesky.From(precision).LogDeterminant);
    }

    /// <summary>J of p(x | y), [T n × T n]: tridiagonal in blocks.</summary>
    private static DenseMatrix Precision(LinearGaussianModel model, int steps)
    {
        var n = model.Motion.StateDimension;
        var (f, control, q) = (new DenseMatrix(n, n), new DenseMatrix(n, model.Motion.ControlDimension), new DenseMatrix(n, n));
        model.Motion.Fill(1, f, control, q);
        var (h, noise) = (model.Sensors[0].Observation, Cholesky.From(q).Inverse());
        var seen = h.Transposed() * Cholesky.From(model.Sensors[0].Noise).Solve(h);
        var moved = noise * f;
        var precision = new DenseMatrix(steps * n, steps * n);
        for (var t = 0; t < steps; t++)
        {
            Add(precision, t, t, seen);
            Add(precision, t, t, t == 0 ? Cholesky.From(model.InitialCovariance).Inverse() : noise);
            if (t == 0)
                continue;
            Add(precision, t - 1, t - 1, f.Transposed() * moved);
            Add(precision, t, t - 1, moved, -1);
            Add(precision, t - 1, t, moved.Transposed(), -1);
        }

        return precision;
    }

    private static void Add(DenseMatrix matrix, int row, int column, DenseMatrix block, double scale = 1)
    {
        for (var i = 0; i < block.Rows; i++)
        {
            for (var j = 0; j < block.Columns; j++)
                matrix[(row * block.Rows) + i, (column * block.Columns) + j] += scale * block[i, j];
        }
    }

    private static DenseMatrix Block(DenseMatrix matrix, int[] group)
    {
        var block = new DenseMatrix(group.Length, group.Length);
        for (var i = 0; i < group.Length; i++)
        {
            for (var j = 0; j < group.Length; j++)
                block[i, j] = matrix[group[i], group[j]];
        }

        return block;
    }
}
