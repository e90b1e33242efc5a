namespace Robotics.Tests.Unit.Controller;

/// <summary>x' = x + 0.1 v, v' = v + 0.5 u; cost Σ x² + 0.1 v² + 0.01 u² over the states after each step.</summary>
internal sealed record DoubleIntegrator(int Horizon)
{
    public double Cost(ReadOnlySpan<float> actions, ReadOnlySpan<float> start)
    {
        double x = start[0], v = start[1], cost = 0;
        for (var t = 0; t < Horizon; t++)
        {
            (x, v) = (x + (0.1 * v), v + (0.5 * actions[t]));
            cost += (x * x) + (0.1 * v * v) + (0.01 * actions[t] * actions[t]);
        }

        return cost;
    }

    /// <summary>The Riccati recursion, written out for two states; P starts at 0 because the last cost is within the sum.</summary>
    public double OptimalCost(ReadOnlySpan<float> start)
    {
        double pxx = 0, pxv = 0, pvv = 0;
        for (var t = 0; t < Horizon; t++)
        {
            var (sxx, sxv, svv) = (pxx + 1, pxv, pvv + 0.1);
            var (axx, axv, avv) = (sxx, (0.1 * sxx) + sxv, (0.01 * sxx) + (0.2 * sxv) + svv);
            var (bx, bv) = (0.5 * sxv, 0.5 * ((0.1 * sxv) + svv));
            var h = 0.01 + (0.25 * svv);
            (pxx, pxv, pvv) = (axx - (bx * bx / h), axv - (bx * bv / h), avv - (bv * bv / h));
        }

        return (pxx * start[0] * start[0]) + (2 * pxv * start[0] * start[1]) + (pvv * start[1] * start[1]);
    }
}
