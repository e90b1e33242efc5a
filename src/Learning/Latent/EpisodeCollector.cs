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

/// <summary>Runs episodes under the models as they are now: planned episodes for training, and evaluations. One caller at a time.</summary>
/// <param name="context">The command.</param>
/// <param name="session">The task.</param>
/// <param name="learner">The models.</param>
/// <param name="folder">The run's folder.</param>
internal sealed class EpisodeCollector(RunContext context, LearningSession session, LatentLearner learner, string folder)
{
    /// <summary>The trial under which planned episodes are filed.</summary>
    public const int PlannedTrial = 2;

    private const int AuditInterval = 8;
    private readonly ExperimentKeys _keys = new(context.Seed);
    private readonly EpisodeStore _store = OpenStore(folder);

    /// <summary>Faults of the planned episodes that were added to a replay.</summary>
    public EpisodeFaults Faults { get; private set; } = EpisodeFaults.None;

    /// <summary>The models as they are now, compiled for the control loop; one caller at a time.</summary>
    public CompiledLatent Compile() => learner.Compile(session.Workers);

    /// <summary>
    /// Reads a planned episode, or runs and records it with exploration noise (Hafner et al. 2019, algorithm 1, lines 9 to 15).
    /// </summary>
    /// <param name="index">The episode's number.</param>
    /// <param name="model">Model that the planner uses; null for the models as they are now.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<Episode> CollectAsync(int index, CompiledLatent? model, CancellationToken cancellationToken)
    {
        if (_store.List().FirstOrDefault(f => f.Trial == PlannedTrial && f.Index == index) is { } file)
            return EpisodeStore.Read(file.Path);
        var key = _keys.Episode(PlannedTrial, index);
        var scale = index < learner.Options.Episodes ? 1 : key.Derive("noise").OpenStream().NextUniform(0, 1);
        using var stack = CreateStack(model ?? Compile(), learner.Options.ExplorationDeviation * scale, CollectingPlanner());
        using var recorder = new CameraRecorder(session.World.Cameras, session.World.CameraFormats);
        var runner = new EpisodeRunner(session.Environment, context.Clock, progress: null, cameras: recorder);
        var plan = new EpisodePlan(PlannedTrial, index, context.Seed, key);
        return await runner.RunAsync(CreateController(stack), plan, _store, cancellationToken);
    }

    /// <summary>Adds a planned episode to a replay, unless it diverged and the task states no return for that.</summary>
    public void Add(Episode episode, SequenceReplay replay)
    {
        Faults = Faults.And(EpisodeFaults.From([episode]));
        if (episode.Counts)
            replay.Add(episode);
    }

    /// <summary>
    /// Evaluates without exploration noise. Where the planner's return prediction holds rewards alone, it is compared with the return of
    /// the plan in a copy of the simulator.
    /// </summary>
    /// <param name="name">Folder of the episodes under <c>evaluation/</c>.</param>
    /// <param name="title">Title of the progress bar.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task<LatentEvaluation> EvaluateAsync(string name, string title, CancellationToken cancellationToken)
    {
        using var stack = CreateStack(Compile(), noiseStd: 0, session.Planner);
        var use = learner.Options.Use;
        var audit = use.Value || use.Actor == LatentActorUse.Policy ? null : new PlanAudit(session.Truth, AuditInterval);
        var episodes = learner.Options.EvaluationEpisodes;
        var path = Path.Combine(folder, "evaluation", name);
        return await LatentEvaluation.RunAsync(context, session, CreateController(stack), episodes, path, title, cancellationToken, audit);
    }

    /// <summary>Evaluates after a number of planned episodes and logs the result.</summary>
    /// <param name="log">Receives the evaluation.</param>
    /// <param name="episodes">Planned episodes before it.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task EvaluateAsync(TrainingLog log, int episodes, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"after-{episodes:D4}");
        var evaluation = await EvaluateAsync(name, "evaluate", cancellationToken);
        log.Add(episodes, learner.Updates, evaluation);
        var distance = LatentFigures.Known(evaluation.MedianDistance, $", median final distance {100 * evaluation.MedianDistance:F1} cm");
        var result = evaluation.Result;
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"after {episodes} planned episodes: success {result.SuccessRate:P0}, return {result.Mean:F2}{distance}"));
    }

    private static EpisodeStore OpenStore(string folder)
    {
        var store = new EpisodeStore(EstimatorFolder.EpisodeFolder(folder));
        store.Recover();
        return store;
    }

    /// <summary>The planner's options with those that differ while collecting.</summary>
    private PlannerOptions CollectingPlanner()
    {
        var planner = session.Planner;
        var collecting = learner.Options.Collecting;
        return planner with
        {
            InitialSigma = collecting.InitialSigma ?? planner.InitialSigma,
            DisagreementPenalty = collecting.DisagreementPenalty ?? planner.DisagreementPenalty,
        };
    }

    private ControllerStack CreateStack(CompiledLatent model, double noiseStd, PlannerOptions options)
    {
        var planner = new ExploringPlanner(session.CreatePlanner(model, clock: null, options), noiseStd);
        return ControllerStack.FromLatent(session.Task, model, session.World.Cameras, planner, "the filter");
    }

    private LoopController CreateController(ControllerStack stack) => stack.ToController("latent", session.Planner);
}
