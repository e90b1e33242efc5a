using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Hil.Emulation;
using Robotics.Hil.Suite;

namespace Robotics.Hil.Faults;

/// <summary>
/// Injects random faults while the emulated robot moves, and judges each from the physics: position limits are never left, speeds stay
/// near their limits, the robot rests when its rule says so, and it moves again afterwards.
/// </summary>
/// <param name="bench">The robot under test.</param>
/// <param name="target">Its emulator.</param>
/// <param name="key">Key of the faults and poses.</param>
internal sealed class FaultCampaign(HilBench bench, HilTarget target, RandomKey key)
{
    private const double FaultSeconds = 0.5;
    private const double MaximumExcursion = 0.03;
    private const double MaximumSpeedRatio = 1.5;
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromSeconds(8);
    private readonly TruthRecord _truth = new(bench.Definition, target.Arm);
    private readonly double _brakingSeconds = bench.Definition.Joints.Max(j => j.MaximumVelocity / j.MaximumAcceleration);

    /// <summary>Injects a number of faults.</summary>
    /// <param name="count">Number of faults.</param>
    /// <param name="done">Called after each.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<FaultOutcome>> RunAsync(int count, Action<FaultOutcome> done, CancellationToken cancellationToken)
    {
        var outcomes = new List<FaultOutcome>();
        var home = bench.Clip(bench.Definition.Home, 0.15);
        for (var i = 0; i < count; i++)
        {
            var random = key.Derive((ulong)i).OpenStream();
            var rule = FaultRule.All[random.NextInt32(FaultRule.All.Count)];
            await RecoverAsync(cancellationToken);
            await bench.MoveAsync(home, cancellationToken);
            var outcome = await InjectAsync(rule, home, random, cancellationToken);
            outcomes.Add(outcome);
            done(outcome);
        }

        target.Faults.Clear();
        return outcomes;
    }

    private async Task<FaultOutcome> InjectAsync(
        FaultRule rule, double[] home, RandomStream random, CancellationToken cancellationToken)
    {
        var goal = bench.Clip([.. bench.Definition.Joints.Select((j, i) =>
            home[i] + (random.NextUniform(-0.3, 0.3) * (j.Position[1] - j.Position[0])))]);
        _truth.Restart();
        var seconds = bench.Definition.Joints.Select((j, i) => Math.Abs(goal[i] - home[i]) * MinimumJerk.PeakSpeed
            / (0.6 * j.MaximumVelocity)).Max();
        var duration = TimeSpan.FromSeconds(Math.Max(1.5, seconds));
        bench.Loop.MoveTo(goal, bench.Clock.Now, duration);
        await bench.WaitAsync(random.NextUniform(0.3, 0.6) * duration.TotalSeconds, cancellationToken);

        var from = bench.Clock.Now;
        await StartAsync(rule.Kind, random, cancellationToken);
        await bench.WaitAsync(FaultSeconds, cancellationToken);
        _ = bench.Positions();
        var lastMotion = _truth.LastMotion();
        await EndAsync(rule.Kind, cancellationToken);
        await bench.WaitAsync(0.3, cancellationToken);

        var (excursion, speedRatio, joint) = _truth.Worst();
        var name = joint >= 0 ? bench.Definition.Joints[joint].Name : "";
        if (excursion > MaximumExcursion)
            return new FaultOutcome(rule.Kind, false, $"joint '{name}' left its limits by {excursion:F3}");
        if (speedRatio > MaximumSpeedRatio)
            return new FaultOutcome(rule.Kind, false, $"joint '{name}' moved at {speedRatio:F2} times its maximum speed");
        var motion = (lastMotion - from).TotalSeconds;
        var allowed = rule.DetectionSeconds + FaultRule.SafeStateSeconds + _brakingSeconds;
        if (rule.MustRest && motion > allowed)
            return new FaultOutcome(rule.Kind, false, $"still moved {1e3 * motion:F0} ms after the fault ({1e3 * allowed:F0} ms allowed)");
        var moves = await MovesAgainAsync(rule, home, cancellationToken);
        return new FaultOutcome(
            rule.Kind, moves is null,
            moves ?? (rule.MustRest ? $"at rest after {1e3 * Math.Max(0, motion):F0} ms, then recovered" : "went on within its limits"));
    }

    private async Task StartAsync(FaultKind kind, RandomStream random, CancellationToken cancellationToken)
    {
        var faults = target.Faults;
        switch (kind)
        {
            case FaultKind.Loss:
                (faults.ReplyLoss, faults.RequestLoss) = (0.2, 0.2);
                break;
            case FaultKind.Duplication:
                faults.Duplication = 0.3;
                break;
            case FaultKind.Reordering:
                faults.Reordering = 0.2;
                break;
            case FaultKind.Corruption:
                faults.Corruption = 0.1;
                break;
            case FaultKind.Lateness:
                faults.Lateness = 0.3;
                break;
            case FaultKind.Stall:
                faults.IsStalled = true;
                break;
            case FaultKind.HalfOpen:
                faults.IsHalfOpen = true;
                break;
            case FaultKind.Disconnection:
                await target.DisconnectAsync(cancellationToken);
                break;
            case FaultKind.ControllerHang:
                bench.Loop.IsPaused = true;
                break;
            case FaultKind.NotFinite:
                bench.Loop.JumpTo([.. bench.Definition.Joints.Select((_, i) => i % 2 == 0 ? double.NaN : double.PositiveInfinity)]);
                break;
            case FaultKind.WildCommand:
                bench.Loop.JumpTo([.. bench.Definition.Joints.Select(_ => random.NextUniform(-100, 100))]);
                break;
            case FaultKind.EmergencyStop:
                bench.Link.Stop.Latch("fault injection");
                break;
        }
    }

    private async Task EndAsync(FaultKind kind, CancellationToken cancellationToken)
    {
        target.Faults.Clear();
        bench.Loop.JumpTo(bench.Loop.Newest().Positions);
        bench.Loop.IsPaused = false;
        if (kind == FaultKind.Disconnection)
            await target.ReconnectAsync(cancellationToken);
        if (kind == FaultKind.EmergencyStop)
            bench.Link.Stop.Release();
    }

    private async Task<string?> MovesAgainAsync(FaultRule rule, double[] home, CancellationToken cancellationToken)
    {
        var back = await bench.UntilAsync(
            () => bench.Report().Connection == ConnectionState.Connected
                && (!rule.NeedsResume || bench.Link.State == SafetyState.Holding),
            RecoveryTimeout, cancellationToken);
        if (!back)
            return $"did not recover within {RecoveryTimeout.TotalSeconds} s: {bench.Link.State}";
        if (rule.NeedsResume && !bench.Link.NeedsResume)
            return "would have moved without an operator's resume";
        await RecoverAsync(cancellationToken);
        await bench.MoveAsync(home, cancellationToken);
        var errors = bench.Positions().Zip(home, (a, b) => Math.Abs(a - b)).ToArray();
        var worst = Array.IndexOf(errors, errors.Max());
        return errors[worst] < 0.15
            ? null
            : $"joint '{bench.Definition.Joints[worst].Name}' stands {errors[worst]:F2} from the pose asked for after the recovery "
                + $"({bench.Link.State}; last event: {LastEvent()})";
    }

    private string LastEvent()
    {
        lock (bench.Events)
            return bench.Events.Count > 0 ? $"{bench.Events[^1].Cause} at {bench.Events[^1].At}" : "none";
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        await bench.UntilAsync(
            () => bench.Report().Connection == ConnectionState.Connected, RecoveryTimeout, cancellationToken);
        if (!bench.Link.NeedsResume)
            return;
        bench.Link.Resume();
        await bench.UntilAsync(() => bench.Link.State == SafetyState.Active, TimeSpan.FromSeconds(1), cancellationToken);
    }
}
