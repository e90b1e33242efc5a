using Robotics.Benchmarks.Planner;
using Robotics.Benchmarks.Sweep;
using Robotics.Core.Time;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;

namespace Robotics.Tests.Unit.Benchmarks;

public sealed class PlannerSweepTests
{
    [Fact]
    public void Cases_OfAPreset_ChangeOneSizeAtATime()
    {
        var preset = PlannerPreset.Create("pets-pusher");
        var cases = Sweep(preset).Cases().ToArray();

        Assert.Equal(["candidates", "particles", "horizon", "width", "threads"], cases.Select(c => c.Axis).Distinct());
        foreach (var size in cases)
        {
            var p = size.Preset;
            int[] changed =
            [
                p.Planner.Population != preset.Planner.Population ? 1 : 0,
                p.Particles != preset.Particles ? 1 : 0,
                p.Planner.Horizon != preset.Planner.Horizon ? 1 : 0,
                p.Hidden.SequenceEqual(preset.Hidden) ? 0 : 1,
                size.Threads != 1 ? 1 : 0,
            ];
            Assert.Equal(size.Factor == 1 ? 0 : 1, changed.Sum());
            Assert.Equal(0, p.Particles % p.Members);
        }
    }

    [Fact]
    public void Run_SmallPreset_TimesEverySizeAndDrawsEveryAxis()
    {
        var preset = PlannerPreset.Create("icem-reacher") with { Hidden = [8] };
        var sweep = Sweep(preset);
        var done = new List<int>();

        sweep.Run(done.Add, TestContext.Current.CancellationToken);

        Assert.Equal(sweep.Cases().Select(c => (c.Axis, c.Value)), sweep.Points.Select(p => (p.Axis, p.Value)));
        Assert.Equal(Enumerable.Range(1, sweep.Points.Count), done);
        Assert.All(
            sweep.Points, p => Assert.True(p.MillisecondsMedian >= p.MillisecondsMinimum && p.MillisecondsMinimum > 0 && p.Decisions >= 3));
        var horizon = sweep.Points.Where(p => p.Axis == "horizon").ToArray();
        Assert.Equal(2, horizon[3].Gigaflop / horizon[2].Gigaflop, 0.01);
        var svg = SweepFigures.Draw("icem-reacher", sweep.Points).Render();
        Assert.All(sweep.Points, p => Assert.Contains(p.Axis, svg, StringComparison.Ordinal));
    }

    private static PlannerSweep Sweep(PlannerPreset preset) => new(
        new PlannerBenchmarkOptions(preset, Threads: 1, Propagation.TSInfinity, Precision.Single, Seconds: 0.01, Seed: 1),
        new SystemClock());
}
