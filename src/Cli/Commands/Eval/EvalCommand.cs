using System.CommandLine;
using System.Globalization;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Displays;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;
using Robotics.Runtime.LockStep;
using Robotics.Runtime.Pipelines;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Cli.Commands.Eval;

/// <summary><c>robot eval</c>: measures a controller over episodes whose initial states depend on the seed alone.</summary>
internal sealed class EvalCommand
{
    private readonly TaskOptions _task = new();

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "Checkpoint folder, or a run's folder for its newest checkpoint.",
        HelpName = "folder",
    };

    private readonly PipelineOptions _pipeline = new();

    private readonly Option<int> _episodes = new("--episodes")
    {
        Description = "Episodes to run.",
        HelpName = "number",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<string> _model = new("--model")
    {
        Description = "Controller: 'ensemble' plans with a checkpoint's model, 'simulator' with ground-truth dynamics, 'random' does "
            + "not plan.",
        HelpName = "ensemble|simulator|random",
        DefaultValueFactory = _ => "ensemble",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new EvalCommand();
        options._model.AcceptOnlyFromAmong("ensemble", "simulator", "random");
        var command = line.Create("eval", "Measure a controller over episodes.", options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._checkpoint);
        command.Add(options._episodes);
        command.Add(options._model);
        options._pipeline.AddTo(command);
        command.Add(EvalModelCommand.Create(line));
        command.Add(EvalEstimatorCommand.Create(line));
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var episodes = context.Get(_episodes);
        if (episodes is < 1 or > 100_000)
            throw new UserErrorException($"--episodes takes 1 to 100000, not {episodes}.");
        if (_pipeline.Read(context, episodes) is { } trial)
        {
            await new PipelineEvaluation(
                context, Pipeline.Load(trial.Pipeline, _task.ReadPipeline(context)), trial).RunAsync(cancellationToken);
            return 0;
        }

        await using var session = await LearningSession.OpenAsync(_task.Read(context), cancellationToken);
        using var model = context.Get(_model) == "ensemble" ? Load(context, session) : null;
        var controller = context.Get(_model) switch
        {
            "simulator" => session.CreateGroundTruthController(),
            "random" => session.CreateController(new RandomPolicy()),
            _ => session.CreateController("planner", model!.Evaluator),
        };
        var folder = context.CreateRunFolder();
        EvaluationResult found;
        using (var display = new EvaluationDisplay(context.Output, controller.Name, episodes))
            found = await new EvaluationExperiment(session.Environment, context.Clock, display).RunAsync(
                controller, episodes, context.Seed, folder, cancellationToken);
        Report(context.Output, found, folder);
        return 0;
    }

    private EnsembleLearner Load(CommandContext context, LearningSession session)
    {
        var path = context.Get(_checkpoint)
            ?? throw new UserErrorException(
                "no checkpoint was given; add --checkpoint FOLDER, or measure without a learned model by --model simulator or "
                    + "--model random.");
        var learner = session.CreateLearner(context.Seed);
        Checkpoints.Load(path, session.Task, learner);
        return learner;
    }

    private static void Report(CommandOutput output, EvaluationResult found, string folder)
    {
        var result = new EvaluationFigures(
            found.Episodes.Count, found.Mean, found.StandardDeviation, [.. found.Returns],
            found.SuccessRate, found.SuccessInterval, folder);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Episodes} episodes: return {result.ReturnMean:F2} ± {result.ReturnSd:F2}, "
            + $"success {result.SuccessRate:P0} (95 % interval {result.SuccessInterval.Low:P0} to {result.SuccessInterval.High:P0})"));
        output.Line($"Episodes are in {folder}");
        FaultReport.Report(output, found.Faults);
        output.Add(result);
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Episodes">Number of episodes.</param>
    /// <param name="ReturnMean">Mean return.</param>
    /// <param name="ReturnSd">Standard deviation of the return.</param>
    /// <param name="Returns">Return of each episode.</param>
    /// <param name="SuccessRate">Share of episodes that succeeded.</param>
    /// <param name="SuccessInterval">Its 95 % interval.</param>
    /// <param name="RunFolder">Folder of the episodes.</param>
    private sealed record EvaluationFigures(
        int Episodes, double ReturnMean, double ReturnSd, IReadOnlyList<double> Returns,
        double SuccessRate, Interval SuccessInterval, string RunFolder);
}
