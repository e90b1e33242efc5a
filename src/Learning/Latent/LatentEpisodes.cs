using System.Globalization;
using Robotics.Controller.Planning;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Inference.Latent;
using Robotics.Learning.Episodes;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.WallClock;
using Robotics.SequenceModels.Sequences;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Latent;

/// <summary>Episodes under what was learned so far: those that are learned from, and those that measure. One caller at a time.</summary>
/// <param name="context">The command.</param>
/// <param name="session">The task.</param>
/// <param name="learner">What was learned.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class LatentEpisodes(RunContext context, LearningSession session, LatentLearner learner, string folder)
{
    /// <summary>The trial under which planned episodes are filed.</summary>
    public const int Planned = 2;

    private const int AuditInterval = 8;
    private readonly ExperimentKeys _keys = new(context.Seed);
    private readonly EpisodeStore _store = Recovered(folder);

    /// <summary>What was learned so far, as the loop runs it; one caller at a time.</summary>
    public CompiledLatent Compile() => learner.Compile(session.Workers);

    /// <summary>Reads a planned episode, or runs and records it with exploration noise (Hafner et al. 2019, algorithm 1, lines 9 to 15).</summary>
    /// <param name="index">Its number.</param>
    /// <param name="model">Under what; null for what was learned so far.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<Episode> PlannedAsync(int index, CompiledLatent? model, CancellationToken cancellationToken)
    {
        if (_store.List().FirstOrDefault(f => f.Trial == Planned && f.Index == index) is { } file)
            return EpisodeStore.Read(file.Path);
        var key = _keys.Episode(Planned, index);
        var deviation = learner.Options.ExplorationDeviation * (index < learner.Options.Episodes ? 1 : key.Derive("noise").OpenStream().NextUniform(0, 1));
        using var mind = CreateController(model ?? Compile(), deviation, Searching());
        using var tap = new CameraRecorder(session.World.Cameras, session.World.CameraFormats);
        var runner = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: tap);
        return await runner.RunAsync(Controller(mind), new EpisodePlan(Planned, index, context.Seed, key), _store, cancellationToken);
    }

    /// <summary>What went wrong in the planned episodes that were to be learned from.</summary>
    public EpisodeFaults PlannedFaults { get; private set; } = EpisodeFaults.None;

    /// <summary>Adds a planned episode to what is learned from, unless it diverged and the task does not say what that is worth.</summary>
    public void Add(Episode episode, SequenceReplay replay)
    {
        PlannedFaults = PlannedFaults.And(EpisodeFaults.From([episode]));
        if (episode.Counts)
            replay.Add(episode);
    }

    /// <summary>Measures without noise, and plans against a copy of the world where what is expected of them is rewards up to their horizon alone.</summary>
    /// <param name="name">The folder of the episodes under <c>evaluation/</c>.</param>
    /// <param name="title">What the progress bar is called.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<LatentEvaluation> EvaluateAsync(string name, string title, CancellationToken cancellationToken)
    {
        using var mind = CreateController(Compile(), deviation: 0, session.Planner);
        var use = learner.Options.Use;
        var audit = use.Value || use.Actor == LatentActorUse.Policy ? null : new PlanAudit(session.Truth, AuditInterval);
        return await LatentEvaluation.RunAsync(
            context, session, Controller(mind), learner.Options.EvaluationEpisodes, Path.Combine(folder, "evaluation", name), title, cancellationToken, audit);
    }

    /// <summary>Measures after so many planned episodes and notes it.</summary>
    public async Task EvaluateAsync(LatentCourse course, int after, CancellationToken cancellationToken)
    {
        var found = await EvaluateAsync(string.Create(CultureInfo.InvariantCulture, $"after-{after:D4}"), "evaluate", cancellationToken);
        course.Add(after, learner.Updates, found);
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"after {after} planned episodes: success {found.Result.SuccessRate:P0}, return {found.Result.Mean:F2}{LatentFigures.Known(found.MedianDistance, $", median final distance {100 * found.MedianDistance:F1} cm")}"));
    }

    private static EpisodeStore Recovered(string folder)
    {
        var store = new EpisodeStore(EstimatorFolder.EpisodeFolder(folder));
        store.Recover();
        return store;
    }

    /// <summary>The planner while collecting.</summary>
    private PlannerOptions Searching()
    {
        var (acting, own) = (session.Planner, learner.Options.Collecting);
        return acting with { InitialSigma = own.InitialSigma ?? acting.InitialSigma, DisagreementPenalty = own.DisagreementPenalty ?? acting.DisagreementPenalty };
    }

    private ControllerStack CreateController(CompiledLatent model, double deviation, PlannerOptions planner) => ControllerStack.FromLatent(
        session.Task, model, session.World.Cameras, new ExploringPlanner(session.CreatePlanner(model, clock: null, planner), deviation), "the filter");

    private LoopController Controller(ControllerStack mind) => mind.ToController("latent", session.Planner);
}
