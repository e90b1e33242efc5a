using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>Age of the joint state at its use, and time from a command to the first measured motion.</summary>
internal sealed class LatencyCheck : HilCheck
{
    private const int Steps = 5;
    private const double Step = 0.05;
    private const double MaximumStateAgeMs = 100;
    private const double MaximumCommandMs = 250;

    /// <inheritdoc/>
    public override string Name => "latency";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        var start = bench.Clip(bench.Loop.Newest().Positions, 0.15);
        await bench.MoveAsync(start, cancellationToken);
        var times = new List<double>();
        for (var i = 0; i < Steps; i++)
        {
            var record = new HilRecord(bench.Joints, (int)(2 * bench.Definition.Options.RateHz));
            var rest = bench.Loop.Newest().Positions;
            bench.Loop.RecordInto(record);
            bench.Loop.JumpTo([.. start.Select((p, j) => j == 0 ? p + (i % 2 == 0 ? Step : 0) : p)]);
            await bench.WaitAsync(0.6, cancellationToken);
            bench.Loop.RecordInto(null);
            if (FirstMotion(record, rest[0]) is { } seconds)
                times.Add(seconds);
        }

        await bench.MoveAsync(start, cancellationToken);
        if (times.Count == 0)
            return HilOutcome.From(false, $"no step of {Step} of joint '{bench.Definition.Joints[0].Name}' was followed by a motion");
        times.Sort();
        var (age50, age99) = (bench.Loop.StateAges.Quantile(0.5) * 1e-6, bench.Loop.StateAges.Quantile(0.99) * 1e-6);
        var command = 1e3 * times[times.Count / 2];
        return HilOutcome.From(
            age99 <= MaximumStateAgeMs && command <= MaximumCommandMs,
            $"state age p50 {age50:F1} ms, p99 {age99:F1} ms (criterion {MaximumStateAgeMs}); command to motion {command:F0} ms "
            + $"(criterion {MaximumCommandMs})",
            ("state_age_p50_ms", age50), ("state_age_p99_ms", age99), ("command_to_motion_ms", command));
    }

    private static double? FirstMotion(HilRecord record, double rest)
    {
        var commanded = -1;
        for (var t = 0; t < record.Count; t++)
        {
            if (commanded < 0 && t > 0 && Math.Abs(record.Requested(t, 0) - record.Requested(0, 0)) > Step / 2)
                commanded = t;
            else if (commanded < 0 && t == 0 && Math.Abs(record.Requested(t, 0) - rest) > Step / 2)
                commanded = t;
            if (commanded >= 0 && Math.Abs(record.Measured(t, 0) - rest) > Step / 10)
                return record.Time(t) - record.Time(commanded);
        }

        return null;
    }
}
