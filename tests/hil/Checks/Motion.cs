using Robotics.Hil.Suite;

namespace Robotics.Hil.Checks;

/// <summary>Motion for checks that interrupt one.</summary>
internal static class Motion
{
    private const double Fraction = 0.2;

    /// <summary>Starts a move of all joints away from a pose and returns once it is under way.</summary>
    public static async Task StartAsync(HilBench bench, IReadOnlyList<double> start, CancellationToken cancellationToken)
    {
        var goal = bench.Clip([.. bench.Definition.Joints.Select((j, i) =>
        {
            var middle = (j.Position[0] + j.Position[1]) / 2;
            var reach = Math.Min(0.6, Fraction * (j.Position[1] - j.Position[0]));
            return start[i] + (start[i] <= middle ? reach : -reach);
        })]);
        var seconds = bench.Definition.Joints.Select((j, i) => Math.Abs(goal[i] - start[i]) * MinimumJerk.PeakSpeed
            / (0.5 * j.MaximumVelocity)).Max();
        var duration = TimeSpan.FromSeconds(Math.Max(1, seconds));
        bench.Loop.MoveTo(goal, bench.Clock.Now, duration);
        await bench.WaitAsync(duration.TotalSeconds * 0.45, cancellationToken);
    }
}
