using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>Rate and regularity of the states, and lateness of the loop. Moves nothing.</summary>
internal sealed class JitterCheck : HilCheck
{
    private const double MinimumRate = 0.8;
    private const double MaximumIntervals = 4;

    /// <inheritdoc/>
    public override string Name => "jitter";

    /// <inheritdoc/>
    public override bool Moves => false;

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        var (before, from) = (bench.Loop.Newest().Sequence, bench.Clock.Now);
        await bench.WaitAsync(2, cancellationToken);
        var rate = (bench.Loop.Newest().Sequence - before) / (bench.Clock.Now - from).TotalSeconds;
        var asked = bench.Definition.Options.RateHz;
        var p99 = bench.Loop.Intervals.Quantile(0.99) * 1e-6;
        var lateness = bench.Loop.Loop.Lateness.Quantile(0.99) * 1e-3;
        return HilOutcome.From(
            rate >= MinimumRate * asked && p99 <= MaximumIntervals * 1e3 / asked,
            $"{rate:F0} states a second of {asked} (criterion {MinimumRate:P0}); interval p99 {p99:F1} ms (criterion "
            + $"{MaximumIntervals * 1e3 / asked:F1}); loop lateness p99 {lateness:F0} us",
            ("state_hz", rate), ("interval_p99_ms", p99), ("lateness_p99_us", lateness));
    }
}
