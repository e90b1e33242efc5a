using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>The robot answers, is the one of its file, and stands within its limits. Moves nothing.</summary>
internal sealed class IdentificationCheck : HilCheck
{
    private const double Tolerance = 0.02;

    /// <inheritdoc/>
    public override string Name => "identification";

    /// <inheritdoc/>
    public override bool Moves => false;

    /// <inheritdoc/>
    public override async Task<HilOutcome> RunAsync(HilBench bench, CancellationToken cancellationToken)
    {
        await bench.WaitAsync(0.5, cancellationToken);
        var state = bench.Loop.Newest();
        for (var i = 0; i < bench.Joints; i++)
        {
            var (joint, position) = (bench.Definition.Joints[i], state.Positions[i]);
            if (!double.IsFinite(position) || position < joint.Position[0] - Tolerance || position > joint.Position[1] + Tolerance)
                return HilOutcome.From(
                    false,
                    $"joint '{joint.Name}' reports {position:F3}, outside its limits [{joint.Position[0]}, {joint.Position[1]}]; move it "
                    + "by hand with the power off, or correct its zero and sign in the robot's file");
        }

        var report = bench.Report();
        return HilOutcome.From(
            report.StateHz > 0 || state.Sequence > 0,
            $"{bench.Joints} joints of '{bench.Definition.Name}' answer and stand within their limits",
            ("joints", bench.Joints), ("states", state.Sequence));
    }
}
