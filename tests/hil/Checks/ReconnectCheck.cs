using Robotics.Core.Links;
using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>The connection breaks in the middle of a move and comes back. On hardware a person would have to pull the cable.</summary>
internal sealed class ReconnectCheck : HilCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    /// <inheritdoc/>
    public override string Name => "reconnect";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        if (bench.Emulator is not { } emulator)
            return HilOutcome.Skip("on hardware the connection is not cut by this suite");
        var start = bench.Clip(bench.Loop.Newest().Positions, 0.15);
        await bench.MoveAsync(start, cancellationToken);
        await Motion.StartAsync(bench, start, cancellationToken);
        await emulator.DisconnectAsync(cancellationToken);
        var lost = await bench.UntilAsync(() => bench.Link.State == SafetyState.Disconnected, Timeout, cancellationToken);
        await emulator.ReconnectAsync(cancellationToken);
        var from = bench.Clock.Now;
        var back = await bench.UntilAsync(
            () => bench.Link.State == SafetyState.Holding && bench.Report().Connection == ConnectionState.Connected, Timeout,
            cancellationToken);
        var seconds = (bench.Clock.Now - from).TotalSeconds;
        return HilOutcome.From(
            lost && back && bench.Link.NeedsResume,
            $"{(lost ? "the loss was noticed" : "the loss was not noticed")}; "
            + (back ? $"connected again after {1e3 * seconds:F0} ms and holding" : $"not connected again within {Timeout.TotalSeconds} s"),
            ("reconnected_after_ms", 1e3 * seconds));
    }
}
