using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Robotics.Data.Storage;
using Robotics.Learning.Displays;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;

namespace Robotics.Learning.Evaluation;

/// <summary>
/// Baseline returns of a task: the mean return of random actions, and of the same planner and budget on ground-truth dynamics, over
/// the same initial states. Immutable.
/// </summary>
/// <param name="Random">Mean return of random actions.</param>
/// <param name="GroundTruth">Mean return of the planner on ground-truth dynamics.</param>
/// <param name="Episodes">Episodes of each.</param>
internal sealed record Baselines(double Random, [property: JsonPropertyName("Oracle")] double GroundTruth, int Episodes)
{
    private const string FileName = "baselines.json";

    /// <summary>True when they were measured; otherwise both are NaN, and so is every score.</summary>
    public bool AreKnown => double.IsFinite(Random) && double.IsFinite(GroundTruth);

    /// <summary>Both in a sentence.</summary>
    public string Describe() => AreKnown
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"random return {Random:F2}, return with ground-truth dynamics {GroundTruth:F2}")
        : "baselines not measured, hence no scores";

    /// <summary>A score in words: <c>", 97 % of the way from random to ground-truth dynamics"</c>, or nothing.</summary>
    public string DescribeScore(double value) => AreKnown
        ? string.Create(CultureInfo.InvariantCulture, $", {Score(value):P0} of the way from random to ground-truth dynamics")
        : "";

    /// <summary>Normalised score of a return: 0 for random actions, 1 for ground-truth dynamics.</summary>
    public double Score(double value) => (value - Random) / (GroundTruth - Random);

    /// <summary>Measures, or reads what an earlier run of the same folder measured.</summary>
    /// <param name="session">The task.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="episodes">Episodes of each; 0 leaves them unknown.</param>
    /// <param name="context">The command.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static async Task<Baselines> MeasureAsync(
        LearningSession session, string folder, int episodes, RunContext context, CancellationToken cancellationToken)
    {
        if (episodes == 0)
            return new Baselines(double.NaN, double.NaN, 0);
        var path = Path.Combine(folder, FileName);
        if (await TryReadAsync(path, cancellationToken) is { } known && known.Episodes == episodes)
            return known;
        var random = await RunAsync(
            session, session.CreateController(new RandomPolicy()), episodes, Path.Combine(folder, "random"), context, cancellationToken);
        var groundTruth = await RunAsync(
            session, session.CreateGroundTruthController(), episodes, Path.Combine(folder, "oracle"), context, cancellationToken);
        var found = new Baselines(random.Mean, groundTruth.Mean, episodes);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(found));
        return found;
    }

    private static async Task<Baselines?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Baselines>(await File.ReadAllTextAsync(path, cancellationToken)) : null;
        }
        catch (JsonException)
        {
            // A damaged file counts as missing: the baselines are measured again.
            return null;
        }
    }

    private static async Task<EvaluationResult> RunAsync(
        LearningSession session, LoopController controller, int episodes, string folder, RunContext context,
        CancellationToken cancellationToken)
    {
        using var display = new EvaluationDisplay(context.Output, controller.Name, episodes);
        var experiment = new EvaluationExperiment(session.Environment, context.Clock, display);
        var found = await experiment.RunAsync(controller, episodes, context.Seed, folder, cancellationToken);
        FaultReport.Warn(context.Output, found.Faults, controller.Name);
        return found;
    }
}
