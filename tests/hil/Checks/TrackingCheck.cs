using Robotics.Core.Randomness;
using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>
/// All joints follow slow minimum-jerk moves between random poses near the start. The error is the RMS difference of command and measured
/// position after the delay that fits best is taken out; the delay is reported.
/// </summary>
internal sealed class TrackingCheck(RandomKey key) : HilCheck
{
    private const int MoveCount = 4;
    private const double Reach = 0.2;
    private const double MaximumError = 0.05;
    private const double MaximumDelaySeconds = 0.3;

    /// <inheritdoc/>
    public override string Name => "tracking";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        var start = bench.Clip(bench.Loop.Newest().Positions, 0.15);
        await bench.MoveAsync(start, cancellationToken);
        var random = key.OpenStream();
        var record = new HilRecord(bench.Joints, (int)(60 * bench.Definition.Options.RateHz));
        bench.Loop.RecordInto(record);
        for (var i = 0; i < MoveCount; i++)
        {
            var goal = start.Select((p, j) =>
            {
                var range = bench.Definition.Joints[j].Position[1] - bench.Definition.Joints[j].Position[0];
                return p + random.NextUniform(-Math.Min(Reach, 0.1 * range), Math.Min(Reach, 0.1 * range));
            });
            await bench.MoveAsync([.. goal], cancellationToken);
        }

        bench.Loop.RecordInto(null);
        await bench.MoveAsync(start, cancellationToken);
        var (delay, error) = Fit(record, bench.Joints, bench.Definition.Options.RateHz);
        return HilOutcome.From(
            error <= MaximumError,
            $"RMS tracking error {error:F4} (criterion {MaximumError}) after a delay of {1e3 * delay:F0} ms",
            ("rms_error", error), ("delay_ms", 1e3 * delay));
    }

    /// <summary>The delay with the smallest RMS error, and that error; means per joint are taken out (gravity bends servos).</summary>
    private static (double Delay, double Error) Fit(HilRecord record, int joints, double rateHz)
    {
        var best = (Delay: 0.0, Error: double.PositiveInfinity);
        for (var lag = 0; lag <= MaximumDelaySeconds * rateHz; lag++)
        {
            var (sum, count) = (0.0, 0);
            for (var j = 0; j < joints; j++)
            {
                var n = record.Count - lag;
                var mean = Enumerable.Range(0, n).Average(t => record.Measured(t + lag, j) - record.Applied(t, j));
                for (var t = 0; t < n; t++)
                    sum += Math.Pow(record.Measured(t + lag, j) - record.Applied(t, j) - mean, 2);
                count += n;
            }

            var error = Math.Sqrt(sum / count);
            if (error < best.Error)
                best = (lag / rateHz, error);
        }

        return best;
    }
}
