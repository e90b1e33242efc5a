using Robotics.Core.Links;
using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>The emergency stop in the middle of a move: rest, then no motion until it is released and resumed.</summary>
internal sealed class EmergencyStopCheck : HilCheck
{
    private const double AllowedSeconds = 0.3;
    private const double RestSpeed = 0.05;

    /// <inheritdoc/>
    public override string Name => "emergency_stop";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        var start = bench.Clip(bench.Loop.Newest().Positions, 0.15);
        await bench.MoveAsync(start, cancellationToken);
        await Motion.StartAsync(bench, start, cancellationToken);
        var from = bench.Clock.Now;
        bench.Link.Stop.Latch("the suite's check");
        var atRest = await bench.UntilAsync(
            () => bench.Speeds().All(v => Math.Abs(v) < RestSpeed), TimeSpan.FromSeconds(AllowedSeconds), cancellationToken);
        var seconds = (bench.Clock.Now - from).TotalSeconds;
        await bench.WaitAsync(0.2, cancellationToken);
        var stood = bench.Positions();
        bench.Loop.JumpTo(start);
        await bench.WaitAsync(0.3, cancellationToken);
        var moved = bench.Positions().Zip(stood, (a, b) => Math.Abs(a - b)).Max();
        bench.Link.Stop.Release();
        await bench.WaitAsync(0.1, cancellationToken);
        var held = bench.Link.State == SafetyState.Holding && bench.Link.NeedsResume;
        bench.Link.Resume();
        await bench.WaitAsync(0.1, cancellationToken);
        await bench.MoveAsync(start, cancellationToken);
        var back = bench.Positions().Zip(start, (a, b) => Math.Abs(a - b)).Max();
        return HilOutcome.From(
            atRest && moved < 0.02 && held && back < 0.1,
            $"at rest after {1e3 * seconds:F0} ms (criterion {1e3 * AllowedSeconds:F0}), moved {moved:F3} while latched, "
            + $"{(held ? "held until resumed" : "did not hold after the release")}, then {back:F3} from the pose asked for",
            ("rest_after_ms", 1e3 * seconds), ("moved_while_latched", moved), ("error_after_resume", back));
    }
}
