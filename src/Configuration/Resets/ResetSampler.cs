using Robotics.Core.Errors;
using Robotics.Core.Randomness;

namespace Robotics.Configuration.Resets;

/// <summary>
/// Samples episode starts. The same key gives the same start. Starts that violate a minimum distance are sampled again
/// (rejection sampling, at most <see cref="MaximumAttempts"/> times). Immutable; thread-safe; for set-up between episodes.
/// </summary>
public sealed class ResetSampler(ResetDistribution distribution)
{
    /// <summary>Maximum number of samples before the sampler gives up.</summary>
    public const int MaximumAttempts = 1000;

    /// <summary>Samples one start.</summary>
    /// <exception cref="UserErrorException">No start that keeps the minimum distances was found.</exception>
    public ResetPlan Sample(RandomKey key)
    {
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            var plan = SampleOnce(key.Derive((ulong)attempt));
            if (distribution.MinimumDistances.All(d => Distance(plan, d) >= d.Metres))
                return plan;
        }

        throw new UserErrorException(
            $"No start of an episode with {string.Join(" and ", distribution.MinimumDistances.Select(Describe))} was found in "
            + $"{MaximumAttempts} samples: make the distance smaller or the reset wider.");
    }

    private static string Describe(MinimumDistance d) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"'{d.First.Name}' at least {d.Metres} m from '{d.Second.Name}'");

    private ResetPlan SampleOnce(RandomKey key)
    {
        var random = key.OpenStream();
        var positions = distribution.StartPositions.ToArray();
        var velocities = new double[positions.Length];
        foreach (var reset in distribution.JointResets)
            SampleOnce(reset, ref random, positions, velocities);
        var bodies = new Dictionary<string, double[]>();
        foreach (var body in distribution.Bodies)
            bodies[body.Body] = SampleOnce(body.Position, ref random);
        var goals = new Dictionary<string, double[]>();
        foreach (var goal in distribution.Goals)
        {
            var value = SampleOnce(goal.Value, ref random);
            goals[goal.Name] = value;
            if (goal.PlacedBody is not null)
                bodies[goal.PlacedBody] = value;
            for (var i = 0; i < goal.PlacedJoints.Count; i++)
                positions[goal.PlacedJoints[i]] = value[i];
        }

        return new ResetPlan(distribution.Keyframe, positions, velocities, bodies, goals);
    }

    private void SampleOnce(JointReset reset, ref RandomStream random, double[] positions, double[] velocities)
    {
        var position = reset.Position is null ? null : SampleOnce(reset.Position, ref random);
        var velocity = reset.Velocity is null ? null : SampleOnce(reset.Velocity, ref random);
        for (var i = 0; i < reset.Joints.Count; i++)
        {
            var j = reset.Joints[i];
            if (position is not null)
            {
                // A joint beyond its limit would be thrown back by the physics in the first step.
                var value = position[i] + (reset.AddToStart ? distribution.StartPositions[j] : 0);
                positions[j] = Math.Clamp(value, distribution.Joints[j].Low, distribution.Joints[j].High);
            }

            if (velocity is not null)
                velocities[j] = velocity[i];
        }
    }

    private static double[] SampleOnce(VectorDistribution d, ref RandomStream random)
    {
        var value = new double[d.Dimension];
        d.Sample(ref random, value);
        return value;
    }

    private static double Distance(ResetPlan plan, MinimumDistance constraint)
    {
        var (a, b) = (Locate(plan, constraint.First), Locate(plan, constraint.Second));
        return Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
    }

    private static double[] Locate(ResetPlan plan, StartPoint point)
    {
        if (point.Program is null)
            return plan.Goals[point.Name];
        var results = new float[point.Program.Outputs.Count];
        point.Program.Evaluate([.. plan.Positions.Select(p => (float)p)], [], new float[point.Program.RegisterCount], results);
        return [.. results.Select(r => (double)r)];
    }
}
