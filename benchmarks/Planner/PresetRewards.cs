using Robotics.Core.Terms;

namespace Robotics.Benchmarks.Planner;

/// <summary>
/// The rewards of Chua et al. 2018 (dmbrl/config of the published code) over the observations of <see cref="PresetSpaces"/>.
/// </summary>
internal static class PresetRewards
{
    /// <summary>−1.25·|object − goal| − 0.5·|tips − object| − 0.1·|2·action|².</summary>
    public static TermProgram Pusher()
    {
        var b = new TermBuilder();
        double[] goal = [0.45, -0.05, -0.323];
        var (tips, target) = (Elements(b, 14), Elements(b, 17));
        var toGoal = target.Select((t, i) => b.Absolute(b.Subtract(t, b.Constant(goal[i])))).Aggregate(b.Add);
        var toObject = tips.Zip(target, (t, o) => b.Absolute(b.Subtract(t, o))).Aggregate(b.Add);
        var near = b.Add(b.Multiply(b.Constant(1.25), toGoal), b.Multiply(b.Constant(0.5), toObject));
        return b.Build(b.Negate(b.Add(near, Effort(b, 7, 0.4))));
    }

    /// <summary>−|end − goal|² − 0.01·|20·action|².</summary>
    public static TermProgram Reacher()
    {
        var b = new TermBuilder();
        var gap = b.SquaredNorm([.. Elements(b, 14).Zip(Elements(b, 17), b.Subtract)]);
        return b.Build(b.Negate(b.Add(gap, Effort(b, 7, 4))));
    }

    /// <summary>exp(−|end − top|² / 0.6²) − 0.01·(3·action)², with the end of a pole of 0.6 m.</summary>
    public static TermProgram CartPole()
    {
        var b = new TermBuilder();
        var length = b.Constant(0.6);
        var x = b.Subtract(b.Observation(0), b.Multiply(length, b.Sine(b.Observation(1))));
        var y = b.Subtract(b.Negate(b.Multiply(length, b.Cosine(b.Observation(1)))), length);
        var upright = b.Exponential(b.Divide(b.Negate(b.SquaredNorm([x, y])), b.Constant(0.36)));
        return b.Build(b.Subtract(upright, Effort(b, 1, 0.09)));
    }

    private static Term[] Elements(TermBuilder b, int first) => [.. Enumerable.Range(first, 3).Select(b.Observation)];

    private static Term Effort(TermBuilder b, int actions, double price) =>
        b.Multiply(b.Constant(price), b.SquaredNorm([.. Enumerable.Range(0, actions).Select(b.Action)]));
}
