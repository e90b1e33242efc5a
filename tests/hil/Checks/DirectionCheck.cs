using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>Each joint moves by a small step in the direction and by the amount of its command, alone, and not beyond its limit.</summary>
internal sealed class DirectionCheck : HilCheck
{
    private const double MaximumStep = 0.08;
    private const double StepFraction = 0.05;
    private const double MinimumResponse = 0.5;
    private const double MaximumCrossTalk = 0.35;

    /// <inheritdoc/>
    public override string Name => "directions_and_limits";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        var start = bench.Clip(bench.Loop.Newest().Positions, 0.1);
        await bench.MoveAsync(start, cancellationToken);
        var worst = double.PositiveInfinity;
        for (var i = 0; i < bench.Joints; i++)
        {
            var joint = bench.Definition.Joints[i];
            var step = Math.Min(MaximumStep, StepFraction * (joint.Position[1] - joint.Position[0]));
            var before = bench.Positions();
            await bench.MoveAsync([.. start.Select((p, j) => j == i ? p + step : p)], cancellationToken);
            var after = bench.Positions();
            await bench.MoveAsync(start, cancellationToken);
            var response = (after[i] - before[i]) / step;
            worst = Math.Min(worst, response);
            if (response < MinimumResponse)
                return HilOutcome.From(
                    false,
                    $"joint '{joint.Name}' was commanded by {step:F3} and moved by {after[i] - before[i]:F3}; check its sign, its zero and "
                    + "its wiring",
                    ("step", step), ("moved", after[i] - before[i]));
            var other = Enumerable.Range(0, bench.Joints).Where(j => j != i).Select(j => Math.Abs(after[j] - before[j]))
                .DefaultIfEmpty(0).Max();
            if (other > Math.Max(0.03, MaximumCrossTalk * step))
                return HilOutcome.From(
                    false, $"a step of joint '{joint.Name}' moved another joint by {other:F3}; check the motors' ids", ("moved", other));
        }

        return await LimitsAsync(bench, worst, cancellationToken);
    }

    /// <summary>A request far beyond every upper limit is cut at the limit; it stands for one tick: the motion stays small.</summary>
    private static async Task<HilOutcome> LimitsAsync(HilBench bench, double worst, CancellationToken cancellationToken)
    {
        var limited = bench.Link.LimitedCount;
        var stay = bench.Loop.Newest().Positions;
        var record = new HilRecord(bench.Joints, 64);
        bench.Loop.RecordInto(record);
        bench.Loop.JumpTo([.. bench.Definition.Joints.Select(j => j.Position[1] + 1)]);
        await bench.UntilAsync(() => bench.Link.LimitedCount > limited, TimeSpan.FromSeconds(0.5), cancellationToken);
        bench.Loop.JumpTo(stay);
        bench.Loop.RecordInto(null);
        await bench.WaitAsync(0.3, cancellationToken);
        for (var t = 0; t < record.Count; t++)
        {
            for (var i = 0; i < bench.Joints; i++)
            {
                var joint = bench.Definition.Joints[i];
                if (record.Applied(t, i) > joint.Position[1] || record.Applied(t, i) < joint.Position[0])
                    return HilOutcome.From(false, $"a command of {record.Applied(t, i):F3} left the limits of joint '{joint.Name}'");
            }
        }

        return HilOutcome.From(
            bench.Link.LimitedCount > limited,
            $"each joint follows its command (at least {100 * worst:F0} % of the step); a request beyond the limits is cut",
            ("smallest_response", worst));
    }
}
