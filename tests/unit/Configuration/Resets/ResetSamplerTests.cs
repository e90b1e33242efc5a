using Robotics.Configuration.Resets;
using Robotics.Configuration.Yaml;
using Robotics.Core.Randomness;

namespace Robotics.Tests.Unit.Configuration;

public class ResetSamplerTests
{
    private const int Draws = 4000;

    [Fact]
    public void Sample_Keyframe_IsWhereEverythingStarts()
    {
        var plan = new ResetSampler(TaskText.Resolve(TaskText.Good).Reset).Sample(RandomKey.FromSeed(1));
        Assert.Equal("home", plan.Keyframe);
        Assert.Equal([0.5, -0.5, 0.1], plan.Positions);
        Assert.Equal([1, 0, 1], plan.Goals["goal"]);
        Assert.Equal([1, 0, 1], plan.Bodies["target"]);
    }

    [Fact]
    public void Sample_UniformAdded_FillsItsRangeEvenly()
    {
        var values = Sample("""
            joints:
                - {joints: shoulder, position: {uniform: [-0.2, 0.2]}, add_to_start: true}
            """).Select(p => p.Positions[0]).ToArray();
        Assert.All(values, v => Assert.InRange(v, 0.3, 0.7));
        Assert.Equal(0.5, values.Average(), 0.01);
        Assert.Equal(0.4 * 0.4 / 12, values.Average(v => (v - 0.5) * (v - 0.5)), 0.001);
    }

    [Fact]
    public void Sample_Normal_HasItsMomentsAndKeepsTheLimits()
    {
        var plans = Sample("""
            joints:
                - joints: [shoulder, elbow]
                  position: {normal: {mean: [1.9, 0.3], sd: [0.5, 0.2]}}
                  velocity: {normal: {mean: 1, sd: 0.1}}
            """);
        Assert.Equal(2, plans.Max(p => p.Positions[0]));
        Assert.Equal(0.3, plans.Average(p => p.Positions[1]), 0.015);
        Assert.Equal(0.04, plans.Average(p => Math.Pow(p.Positions[1] - 0.3, 2)), 0.003);
        Assert.Equal(1, plans.Average(p => p.Velocities[1]), 0.01);
        Assert.Equal(0.1, plans[0].Positions[2]);
    }

    [Fact]
    public void Sample_Shell_IsUniformInVolume()
    {
        var task = TaskText.ResolveWith("value: [1, 0, 1]", "shell: {centre: [1, 2, 3], inner_radius: 0.5, outer_radius: 1}");
        var sampler = new ResetSampler(task.Reset);
        var offsets = Enumerable.Range(0, Draws).Select(i => sampler.Sample(RandomKey.FromSeed(5).Derive((ulong)i)).Goals["goal"])
            .Select(g => (X: g[0] - 1, Y: g[1] - 2, Z: g[2] - 3)).ToArray();
        var cubes = offsets.Select(o => Math.Pow((o.X * o.X) + (o.Y * o.Y) + (o.Z * o.Z), 1.5)).ToArray();
        Assert.All(cubes, c => Assert.InRange(c, 0.125 - 1e-9, 1 + 1e-9));
        Assert.Equal((0.125 + 1) / 2, cubes.Average(), 0.01);
        Assert.Equal(0, offsets.Average(o => o.X), 0.02);
        Assert.Equal(0, offsets.Average(o => o.Z), 0.02);
    }

    [Fact]
    public void Sample_MinimumDistance_IsKept()
    {
        var task = TaskText.Resolve(Distant("box: {low: [0, -2, 0], high: [2, 2, 2]}", 1));
        var sampler = new ResetSampler(task.Reset);
        double[] tip = [Math.Cos(0.5) + 1, 0, Math.Sin(0.5)];
        for (var i = 0; i < 300; i++)
        {
            var goal = sampler.Sample(RandomKey.FromSeed(9).Derive((ulong)i)).Goals["goal"];
            Assert.True(goal.Zip(tip, (a, b) => (a - b) * (a - b)).Sum() >= 0.9999);
        }
    }

    [Fact]
    public void Resolve_MinimumDistanceThatCannotBeKept_PointsAtIt()
    {
        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve(Distant("value: [1.8, 0, 0.5]", 1)));
        Assert.StartsWith(
            "task.yaml:21:5: No start of an episode with 'tip' at least 1 m from 'goal' was found", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "{joints: shoulder, position: {uniform: [-3, 0]}}",
        "task.yaml:21:44: joint 'shoulder' would start in [-3, 0], outside its limits [-2, 2]")]
    [InlineData("{joints: shoulder, position: {uniform: [1, 0]}}", "task.yaml:21:55: the range [1, 0] is empty")]
    [InlineData("{joints: shoulder, position: {normal: {mean: 0, sd: -1}}}", "task.yaml:21:67: 'mean' must be finite")]
    [InlineData("{joints: shoulder}", "task.yaml:21:15: nothing is sampled here")]
    public void Resolve_WrongReset_PointsAtIt(string entry, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve($"{TaskText.Good}\n  joints:\n            - {entry}"));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_SameKey_GivesTheSameStart()
    {
        var a = Sample("joints:\n    - {joints: all, velocity: {normal: {mean: 0, sd: 1}}}");
        var b = Sample("joints:\n    - {joints: all, velocity: {normal: {mean: 0, sd: 1}}}");
        Assert.Equal(a[17].Velocities, b[17].Velocities);
        Assert.NotEqual(a[17].Velocities, a[18].Velocities);
    }

    private static string Distant(string distribution, double metres) => TaskText.Good
        .Replace("value: [1, 0, 1]", distribution, StringComparison.Ordinal)
        + FormattableString.Invariant($"\n  minimum_distances:\n    - {{between: [tip, goal], distance: {metres}}}");

    private static ResetPlan[] Sample(string reset)
    {
        var sampler = new ResetSampler(TaskText.Resolve($"{TaskText.Good}\n  {reset}").Reset);
        return [.. Enumerable.Range(0, Draws).Select(i => sampler.Sample(RandomKey.FromSeed(2).Derive((ulong)i)))];
    }
}
