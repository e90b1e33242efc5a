using Robotics.Core.Links;
using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>After the reconnect the robot stands until an operator resumes, and then follows commands again.</summary>
internal sealed class RecoveryCheck : HilCheck
{
    /// <inheritdoc/>
    public override string Name => "recovery";

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        if (!bench.Link.NeedsResume)
            return HilOutcome.Skip("the check 'reconnect' left nothing to recover from");
        var stood = bench.Positions();
        bench.Loop.JumpTo(bench.Clip([.. stood.Select(p => p + 0.2)]));
        await bench.WaitAsync(0.5, cancellationToken);
        var moved = bench.Positions().Zip(stood, (a, b) => Math.Abs(a - b)).Max();
        bench.Link.Resume();
        await bench.WaitAsync(0.1, cancellationToken);
        var goal = bench.Clip([.. bench.Loop.Newest().Positions.Select(p => p + 0.05)], 0.1);
        await bench.MoveAsync(goal, cancellationToken);
        var error = bench.Positions().Zip(goal, (a, b) => Math.Abs(a - b)).Max();
        return HilOutcome.From(
            moved < 0.03 && error < 0.1 && bench.Link.State == SafetyState.Active,
            $"moved {moved:F3} before the resume, {error:F3} from the pose asked for after it",
            ("moved_before_resume", moved), ("error_after_resume", error));
    }
}
