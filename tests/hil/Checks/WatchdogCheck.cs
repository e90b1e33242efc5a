using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>Commands stop in the middle of a move: the robot must come to rest by itself.</summary>
internal sealed class WatchdogCheck : HilCheck
{
    private const double AllowedSeconds = 0.5;
    private const double RestSpeed = 0.05;

    /// <inheritdoc/>
    public override string Name => "watchdog";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        var start = bench.Clip(bench.Loop.Newest().Positions, 0.15);
        await bench.MoveAsync(start, cancellationToken);
        await Motion.StartAsync(bench, start, cancellationToken);
        var moving = bench.Speeds().Max(Math.Abs);
        bench.Loop.IsPaused = true;
        var atRest = await bench.UntilAsync(
            () => bench.Speeds().All(v => Math.Abs(v) < RestSpeed), TimeSpan.FromSeconds(AllowedSeconds), cancellationToken);
        await bench.WaitAsync(0.3, cancellationToken);
        var after = bench.Speeds().Max(Math.Abs);
        bench.Loop.MoveTo(bench.Loop.Newest().Positions, bench.Clock.Now, TimeSpan.Zero);
        bench.Loop.IsPaused = false;
        await bench.WaitAsync(0.2, cancellationToken);
        await bench.MoveAsync(start, cancellationToken);
        return HilOutcome.From(
            moving > RestSpeed && atRest && after < RestSpeed,
            $"without commands at {moving:F2} rad/s the robot was {(atRest ? "" : "not ")}at rest within {AllowedSeconds} s "
            + $"({after:F3} rad/s afterwards)",
            ("speed_before", moving), ("speed_after", after));
    }
}
