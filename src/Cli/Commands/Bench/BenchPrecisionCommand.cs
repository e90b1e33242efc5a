using System.CommandLine;
using Robotics.Benchmarks.Bfloat16;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Inference.Dense;
using Robotics.Learning.Displays;
using Robotics.Learning.Pets;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;

namespace Robotics.Cli.Commands.Bench;

/// <summary><c>robot bench precision</c>: effect of bfloat16 on the decisions of learned models.</summary>
internal sealed class BenchPrecisionCommand
{
    private const int AllCheckpoints = 10_000;
    private readonly TaskOptions _task = new("reach");

    private readonly Option<string?> _run = new("--run")
    {
        Description = "A run's folder: its earliest and its newest checkpoint are compared. Without it, the task is learned first.",
        HelpName = "folder",
    };

    private readonly Option<int> _trials = Number("--trials", "Trials under the planner when the task is learned first.", 8);
    private readonly Option<int> _decisions = Number("--decisions", "Decisions compared with each of the two models.", 40);
    private readonly Option<int> _seeds = Number("--seeds", "Seeds over which returns are compared, with the newest model.", 5);
    private readonly Option<int> _episodes = Number("--episodes", "Episodes of each seed.", 2);

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchPrecisionCommand();
        var command = line.Create(
            "precision", "Compare decisions and returns in bfloat16 with those in floats, for an early and a late model.",
            options.RunAsync);
        options._task.AddTo(command);
        foreach (var option in (Option[])[options._run, options._trials, options._decisions, options._seeds, options._episodes])
            command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Precisions.Require(Precision.BFloat16);
        var (trials, decisions) = (InRange(context, _trials, 1000), InRange(context, _decisions, 100_000));
        var (seeds, episodes) = (InRange(context, _seeds, 1000), InRange(context, _episodes, 1000));
        await using var session = await LearningSession.OpenAsync(_task.Read(context), cancellationToken);
        var folder = context.CreateRunFolder();
        var run = context.Get(_run) is { } given
            ? new RunFolder(Path.GetFullPath(given))
            : await LearnAsync(context, session, Path.Combine(folder, "learning"), trials, cancellationToken);
        if (run.CheckpointedTrials() is not [var early, .., var late])
            throw new UserErrorException(
                $"the run in {run.Path} keeps fewer than two checkpoints; learn with 'earlier_checkpoints' under 'training', or leave "
                    + "out --run.");
        using var floats = session.CreateLearner(context.Seed, Precision.Single);
        using var brief = session.CreateLearner(context.Seed, Precision.BFloat16);
        foreach (var (name, trial) in new[] { ("early", early), ("late", late) })
        {
            Checkpoints.Load(run.CheckpointOf(trial), session.Task, floats);
            Checkpoints.Load(run.CheckpointOf(trial), session.Task, brief);
            using var bar = context.Output.StartProgress($"{name} model", decisions);
            var study = new PrecisionStudy(session, floats.FusedEvaluator, brief.FusedEvaluator);
            PrecisionFigures.Report(
                context.Output, name, trial, await study.RunAsync(decisions, context.Seed, done => bar.Report(done), cancellationToken));
        }

        PrecisionFigures.Report(context.Output, await PairedReturns.MeasureAsync(
            context, session, session.CreateController("fp32", floats.FusedEvaluator),
            session.CreateController("bf16", brief.FusedEvaluator), seeds, episodes, folder, cancellationToken));
        context.Output.Add(new { Task = session.Task.Name, RunFolder = folder });
        return 0;
    }

    private static async Task<RunFolder> LearnAsync(
        CommandContext context, LearningSession session, string folder, int trials, CancellationToken cancellationToken)
    {
        var run = new RunFolder(folder);
        var options = session.Training with { Seed = context.Seed, Trials = trials, EarlierCheckpoints = AllCheckpoints };
        using var learner = session.CreateLearner(context.Seed);
        using var display = new ExperimentDisplay(context.Output, context.Clock, options.TotalTrials);
        var experiment = new ReinforcementExperiment(
            options, session.Environment, learner, model => session.CreateController("planner", model.Evaluator), run, context.Clock,
            display);
        await experiment.RunAsync(cancellationToken);
        return run;
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => value };

    private static int InRange(CommandContext context, Option<int> option, int high) =>
        context.Get(option) is var value && value >= 1 && value <= high
            ? value
            : throw new UserErrorException($"{option.Name} takes 1 to {high}, not {value}.");
}
