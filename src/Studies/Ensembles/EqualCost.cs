using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Controller.Planning;
using Robotics.Core.Randomness;
using Robotics.Data.Storage;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Ensembles;

/// <summary>
/// Finds for a kind of model the population at which a decision takes as long as the task's own planner takes with PE. What was found
/// is kept in the study's folder, so that a study that goes on does so with the same settings. One thread.
/// </summary>
internal sealed class EqualCost(RunContext context, StudyRuns runs, string folder)
{
    private const int Rounds = 3;
    private const int WarmUps = 3;
    private const int Decisions = 20;
    private readonly Dictionary<string, double> _reference = [];

    /// <summary>The settings of a kind with a multiple of the task's population and elites.</summary>
    public string Overlay(string kind, string task, double factor)
    {
        var definition = LearningSession.Resolve(runs.TaskOf(task));
        var planner = OptionsBinder.Bind<PlannerOptions>(definition.PlannerSection);
        var model = OptionsBinder.Bind<ModelSettings>(definition.ModelSection);
        var particles = kind switch { "de" => model.Ensemble.Members, "d" => 1, _ => model.Rollout.Particles };
        var (population, elites) = ((int)Math.Round(planner.Population * factor), (int)Math.Max(1, Math.Round(planner.Elites * factor)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"schema: 1\nplanner: {{population: {population}, elites: {elites}}}\nmodel:\n  ensemble: {{kind: {kind}}}\n  rollout: {{particles: {particles}}}\ntraining: {{audit_interval: 4}}\n");
    }

    /// <summary>The settings at which a decision of a kind takes as long as one of PE.</summary>
    public async Task<string> MatchAsync(string kind, string task, CancellationToken cancellationToken)
    {
        var place = Path.Combine(folder, Path.GetFileNameWithoutExtension(task), $"{kind}-ms.yaml");
        if (File.Exists(place))
            return await File.ReadAllTextAsync(place, cancellationToken);
        if (!_reference.TryGetValue(task, out var reference))
            reference = _reference[task] = await MeasureAsync(Overlay("pe", task, 1), task, cancellationToken);
        var factor = 1.0;
        for (var round = 0; round < Rounds; round++)
            factor = Math.Clamp(factor * reference / await MeasureAsync(Overlay(kind, task, factor), task, cancellationToken), 0.1, 200);
        context.Output.Line(string.Create(CultureInfo.InvariantCulture, $"{task}: a decision with PE takes {1000 * reference:F2} ms; {kind} gets {factor:F2} times the sequences for it."));
        return Overlay(kind, task, factor);
    }

    /// <summary>Seconds of the fastest decision.</summary>
    private async Task<double> MeasureAsync(string overlay, string task, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "cost.yaml");
        AtomicFile.WriteText(file, overlay);
        await using var session = await LearningSession.OpenAsync(runs.TaskOf(task, file), cancellationToken);
        using var learner = session.CreateLearner(1);
        var loops = new LockStepRunner(session.Environment, session.CreateController("cost", learner.Evaluator), context.Clock, cancellationToken);
        var key = RandomKey.FromSeed(1);
        await loops.ResetAsync(key, key, cancellationToken);
        var step = session.Environment.CreateStep();
        var fastest = double.PositiveInfinity;
        for (var i = 0; i < WarmUps + Decisions; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            loops.Step(step);
            if (i >= WarmUps)
                fastest = Math.Min(fastest, step.PlanNanoseconds * 1e-9);
        }

        return fastest;
    }
}
