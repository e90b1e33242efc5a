using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Runtime.Pipelines;

namespace Robotics.Learning.Evaluation;

/// <summary>
/// Measures a pipeline in lock-step over initial states that depend on the seed alone, compared with baselines on the same states. One
/// thread.
/// </summary>
internal sealed class PipelineEvaluation(RunContext context, Pipeline pipeline, PipelineTrial trial)
{
    /// <summary>Runs all controllers and fills the command's result.</summary>
    /// <exception cref="UserErrorException">The task is not of the kind that a controller needs.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = context.CreateRunFolder();
        await using var session = await LearningSession.OpenAsync(
            pipeline.Request with { Simulation = Disturb, ServoRateHz = pipeline.Document.ServoRateHz.Value }, cancellationToken);
        using var policies = new PipelinePolicies(session, pipeline, trial.Faults);
        context.Output.Add(new { Pipeline = pipeline.Document.Name, trial.Policy });
        var found = await MeasureAsync(trial.Policy);
        LatentFigures.Report(context.Output, found);
        var baselines = new Dictionary<string, LatentResult>();
        foreach (var name in trial.Baselines.Where(b => b != trial.Policy).Distinct())
            baselines[name] = Compare(name, found, await MeasureAsync(name));
        if (baselines.Count > 0)
            context.Output.Add(new { Beside = baselines });
        context.Output.Add(new { RunFolder = folder });
        context.Output.Line($"Episodes are in {folder}");

        async Task<LatentEvaluation> MeasureAsync(string name) => await LatentEvaluation.RunAsync(
            context, session, await policies.CreateAsync(name, cancellationToken), trial.Episodes, Path.Combine(folder, name), name,
            cancellationToken);
    }

    private ComparedResult Compare(string name, LatentEvaluation ours, LatentEvaluation theirs)
    {
        FaultReport.Warn(context.Output, theirs.Result.Faults, name);
        var pairs = Outcomes(ours).Join(Outcomes(theirs), o => o.Index, o => o.Index, (first, second) => (first, second)).ToList();
        if (pairs.Count == 0)
        {
            throw new UserErrorException(
                $"No episode of '{trial.Policy}' and of '{name}' began alike without diverging, so they cannot be compared; run more with "
                    + "--episodes.");
        }

        double[] differences = [.. pairs.Select(p => (double.IsNaN(p.first.Seconds) ? 0 : 1) - (double.IsNaN(p.second.Seconds) ? 0.0 : 1))];
        double[] returns = [.. pairs.Select(p => p.first.Return - p.second.Return)];
        var key = RandomKey.FromSeed(context.Seed).Derive("bootstrap");
        var success = Statistics.BootstrapInterval(differences, key.Derive(0));
        var returnInterval = Statistics.BootstrapInterval(returns, key.Derive(1));
        var distance = LatentFigures.Known(theirs.MedianDistance, $", median final distance {100 * theirs.MedianDistance:F2} cm");
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: success {theirs.Result.SuccessRate:P1}, return {theirs.Result.Mean:F2}{distance}; {trial.Policy} less {name}: "
                + $"{100 * differences.Average():F1} points of success (95 % {100 * success.Low:F1} to {100 * success.High:F1})"));
        return new ComparedResult(theirs)
        {
            SuccessDifference = differences.Average(),
            SuccessDifferenceInterval = success,
            ReturnDifference = returns.Average(),
            ReturnDifferenceInterval = returnInterval,
        };
    }

    /// <summary>By initial state: episodes that diverged are missing.</summary>
    private static IEnumerable<(int Index, double Return, double Seconds)> Outcomes(LatentEvaluation found) =>
        found.Result.Episodes.Zip(found.SecondsToSuccess, (e, seconds) => (e.Header.Index, e.Return, seconds));

    private SimulationOptions Disturb(SimulationOptions options) => options with
    {
        Cameras = [.. options.Cameras.Select(c => c with { Dropout = trial.FramesDropped ?? c.Dropout, DelayJitter = trial.DelayJitter })],
    };

    /// <summary>A baseline on the same initial states; differences are the policy's minus the baseline's. Immutable.</summary>
    private sealed record ComparedResult : LatentResult
    {
        /// <summary>Copies the measured values.</summary>
        public ComparedResult(LatentEvaluation found)
            : base(found)
        {
        }

        /// <summary>Difference of the success rates.</summary>
        public required double SuccessDifference { get; init; }

        /// <summary>Its 95 % bootstrap interval.</summary>
        public required Interval SuccessDifferenceInterval { get; init; }

        /// <summary>Difference of the mean returns.</summary>
        public required double ReturnDifference { get; init; }

        /// <summary>Its 95 % bootstrap interval.</summary>
        public required Interval ReturnDifferenceInterval { get; init; }
    }
}
