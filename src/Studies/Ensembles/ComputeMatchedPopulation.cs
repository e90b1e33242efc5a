using System.Globalization;
using Robotics.Configuration.Binding;
using Robotics.Controller.Planning;
using Robotics.Core.Randomness;
using Robotics.Data.Storage;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Runtime.LockStep;
using Robotics.Studies.Mechanism;

namespace Robotics.Studies.Ensembles;

/// <summary>
/// Population at which a decision with a kind of model takes as long as one of the task's planner with PE. The match is stored in the
/// study's folder, so that a resumed study uses the same settings. One thread.
/// </summary>
/// <param name="study">The run of the study.</param>
/// <param name="runs">Its learning runs.</param>
internal sealed class ComputeMatchedPopulation(StudyRun study, SeedRuns runs)
{
    private const int Rounds = 3;
    private const int WarmUps = 3;
    private const int Decisions = 20;
    private readonly Dictionary<string, double> _reference = [];

    /// <summary>Settings of a kind with a multiple of the task's population and elites, as YAML.</summary>
    public string Overlay(string kind, string task, double factor)
    {
        var definition = LearningSession.Resolve(runs.TaskOf(task));
        var planner = OptionsBinder.Bind<PlannerOptions>(definition.PlannerSection);
        var model = OptionsBinder.Bind<ModelSettings>(definition.ModelSection);
        var particles = kind switch { "de" => model.Ensemble.Members, "d" => 1, _ => model.Rollout.Particles };
        var (population, elites) = ((int)Math.Round(planner.Population * factor), (int)Math.Max(1, Math.Round(planner.Elites * factor)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"schema: 1\nplanner: {{population: {population}, elites: {elites}}}\n"
            + $"model:\n  ensemble: {{kind: {kind}}}\n  rollout: {{particles: {particles}}}\ntraining: {{audit_interval: 4}}\n");
    }

    /// <summary>Settings at which a decision with a kind takes as long as one with PE, as YAML.</summary>
    public async Task<string> MatchAsync(string kind, string task, CancellationToken cancellationToken)
    {
        var place = Path.Combine(study.Folder, Path.GetFileNameWithoutExtension(task), $"{kind}-ms.yaml");
        if (File.Exists(place))
            return await File.ReadAllTextAsync(place, cancellationToken);
        if (!_reference.TryGetValue(task, out var reference))
            reference = _reference[task] = await MeasureAsync(Overlay("pe", task, 1), task, cancellationToken);
        var factor = 1.0;
        for (var round = 0; round < Rounds; round++)
            factor = Math.Clamp(factor * reference / await MeasureAsync(Overlay(kind, task, factor), task, cancellationToken), 0.1, 200);
        study.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{task}: a decision with PE takes {1000 * reference:F2} ms; {kind} gets {factor:F2} times the population in the same time."));
        return Overlay(kind, task, factor);
    }

    /// <summary>Duration of the fastest decision, s.</summary>
    private async Task<double> MeasureAsync(string overlay, string task, CancellationToken cancellationToken)
    {
        var file = Path.Combine(study.Folder, "cost.yaml");
        AtomicFile.WriteText(file, overlay);
        await using var session = await LearningSession.OpenAsync(runs.TaskOf(task, file), cancellationToken);
        using var learner = session.CreateLearner(1);
        var controller = session.CreateController("cost", learner.Evaluator);
        var loops = new LockStepRunner(session.Environment, controller, study.Context.Clock, cancellationToken);
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
