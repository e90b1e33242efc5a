using Robotics.Core.Randomness;
using Robotics.Learning.Displays;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;

namespace Robotics.Benchmarks.Bfloat16;

/// <summary>Returns of two controllers from the same initial states, paired by seed. Immutable.</summary>
/// <param name="Reference">[seeds], the mean return of the first.</param>
/// <param name="Other">[seeds], the mean return of the second.</param>
internal sealed record PairedReturns(IReadOnlyList<double> Reference, IReadOnlyList<double> Other)
{
    /// <summary>Difference of the mean returns, second minus first, as a fraction of the first.</summary>
    public double DifferenceShare => Differences.Average() / Math.Abs(Reference.Average());

    /// <summary>95 % bootstrap interval of <see cref="DifferenceShare"/>.</summary>
    public Interval DifferenceInterval
    {
        get
        {
            var (found, scale) = (Statistics.BootstrapInterval(Differences, RandomKey.FromSeed(0)), Math.Abs(Reference.Average()));
            return new Interval(found.Low / scale, found.High / scale);
        }
    }

    private double[] Differences => [.. Other.Zip(Reference, (o, r) => o - r)];

    /// <summary>Runs both controllers.</summary>
    /// <param name="context">The command.</param>
    /// <param name="session">The task.</param>
    /// <param name="reference">The first.</param>
    /// <param name="other">The second.</param>
    /// <param name="seeds">Number of consecutive seeds, from the command's.</param>
    /// <param name="episodes">Episodes of each seed.</param>
    /// <param name="folder">Folder of the recorded episodes.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async Task<PairedReturns> MeasureAsync(
        RunContext context, LearningSession session, LoopController reference, LoopController other, int seeds, int episodes, string folder,
        CancellationToken cancellationToken)
    {
        var found = new List<double>[] { [], [] };
        for (var seed = context.Seed; seed < context.Seed + (ulong)seeds; seed++)
        {
            foreach (var (controller, returns) in new[] { reference, other }.Zip(found))
            {
                using var display = new EvaluationDisplay(context.Output, $"{controller.Name}, seed {seed}", episodes);
                var experiment = new EvaluationExperiment(session.Environment, context.Clock, display);
                returns.Add(
                    (await experiment.RunAsync(
                        controller, episodes, seed, Path.Combine(folder, $"{controller.Name}-{seed}"), cancellationToken)).Mean);
            }
        }

        return new PairedReturns(found[0], found[1]);
    }
}
