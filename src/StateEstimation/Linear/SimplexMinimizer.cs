namespace Robotics.StateEstimation;

/// <summary>
/// The simplex method of Nelder and Mead (1965, "A simplex method for function minimization") with its usual coefficients, for a few
/// variables and no gradient. Stops when the simplex is small or after a fixed number of evaluations. Pure; offline.
/// </summary>
public static class SimplexMinimizer
{
    /// <summary>Finds a local minimum.</summary>
    /// <param name="function">What to minimise; NaN counts as infinitely bad.</param>
    /// <param name="start">Where to start.</param>
    /// <param name="step">Edge of the first simplex.</param>
    /// <param name="tolerance">Edge at which to stop.</param>
    /// <param name="mostEvaluations">Evaluations at which to stop.</param>
    public static double[] Minimize(Func<double[], double> function, double[] start, double step = 1, double tolerance = 1e-4, int mostEvaluations = 400)
    {
        var evaluations = 0;
        var corners = new List<(double[] X, double Value)> { At(start) };
        for (var i = 0; i < start.Length; i++)
        {
            double[] corner = [.. start];
            corner[i] += step;
            corners.Add(At(corner));
        }

        while (evaluations < mostEvaluations && Size(corners) > tolerance)
        {
            corners.Sort((a, b) => a.Value.CompareTo(b.Value));
            Improve(corners, At);
        }

        return corners.MinBy(c => c.Value).X;

        (double[] X, double Value) At(double[] x)
        {
            evaluations++;
            var value = function(x);
            return (x, double.IsNaN(value) ? double.PositiveInfinity : value);
        }
    }

    private static void Improve(List<(double[] X, double Value)> corners, Func<double[], (double[] X, double Value)> at)
    {
        var (worst, second, best) = (corners[^1], corners[^2], corners[0]);
        var centre = new double[best.X.Length];
        foreach (var (x, _) in corners.Take(corners.Count - 1))
        {
            for (var i = 0; i < centre.Length; i++)
                centre[i] += x[i] / (corners.Count - 1);
        }

        var reflected = at(Between(centre, worst.X, -1));
        if (reflected.Value < best.Value)
        {
            var expanded = at(Between(centre, worst.X, -2));
            corners[^1] = expanded.Value < reflected.Value ? expanded : reflected;
            return;
        }

        if (reflected.Value < second.Value)
        {
            corners[^1] = reflected;
            return;
        }

        var contracted = at(Between(centre, reflected.Value < worst.Value ? reflected.X : worst.X, 0.5));
        if (contracted.Value < Math.Min(worst.Value, reflected.Value))
        {
            corners[^1] = contracted;
            return;
        }

        for (var i = 1; i < corners.Count; i++)
            corners[i] = at(Between(best.X, corners[i].X, 0.5));
    }

    private static double[] Between(double[] from, double[] to, double share) => [.. from.Zip(to, (a, b) => a + (share * (b - a)))];

    private static double Size(List<(double[] X, double Value)> corners) =>
        corners.Max(a => corners.Max(b => a.X.Zip(b.X, (x, y) => Math.Abs(x - y)).Max()));
}
