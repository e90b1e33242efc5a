using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Learning.Evaluation;
using Robotics.Learning.Jobs;
using Robotics.Learning.Sessions;
using Robotics.Runtime.Pipelines;
using Robotics.Runtime.WallClock;

namespace Robotics.Cli.Commands;

/// <summary><c>robot run</c>: runs a pipeline, in lock-step or against the wall clock.</summary>
internal sealed class RunCommand
{
    private const double WarmUpSeconds = 6;

    private readonly Argument<string> _pipeline = new("pipeline")
    {
        Description = "Pipeline to run: a YAML file, or a name in config/pipelines.",
        HelpName = "name|file",
    };

    private readonly Option<string> _clock = new("--clock")
    {
        Description = "'lock-step': simulated time waits for decisions, and the same seed gives the same run; 'wall': against the wall "
            + "clock, with the simulator in its own process, like hardware.",
        HelpName = "lock-step|wall",
        DefaultValueFactory = _ => "lock-step",
    };

    private readonly Option<string> _robot = new("--robot")
    {
        Description = "Robot to run on, against the wall clock: its file, or a name in config/robots [default: the simulator].",
        HelpName = "file",
    };

    private readonly Option<int> _episodes = new("--episodes")
    {
        Description = "Episodes in lock-step.",
        HelpName = "number",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of the run against the wall clock, one episode after the other, s.",
        HelpName = "number",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads that plan; results in lock-step do not depend on it.",
        HelpName = "number",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new RunCommand();
        options._clock.AcceptOnlyFromAmong("lock-step", "wall");
        var command = line.Create("run", "Run a pipeline: from cameras and joints to actions.", options.RunAsync);
        command.Add(options._pipeline);
        foreach (var option in (Option[])[options._clock, options._robot, options._episodes, options._seconds, options._threads])
            command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (episodes, seconds, threads) = (context.Get(_episodes), context.Get(_seconds), context.Get(_threads));
        if (episodes is < 1 or > 100_000)
            throw new UserErrorException($"--episodes takes 1 to 100000, not {episodes}.");
        if (seconds is not (>= 1 and <= 86400))
            throw new UserErrorException($"--seconds takes 1 to 86400, not {seconds}.");
        if (threads is < 1 or > 256)
            throw new UserErrorException($"--threads takes 1 to 256, not {threads}.");
        var pipeline = Pipeline.Load(context.Get(_pipeline)!, TaskOptions.ForPipeline(context, threads));
        if (context.Get(_robot) is { } robot)
            await RunAgainstTheClockAsync(context, pipeline, seconds, RobotDefinition.Load(RobotFiles.Find(robot)), cancellationToken);
        else if (context.Get(_clock) == "wall")
            await RunAgainstTheClockAsync(context, pipeline, seconds, null, cancellationToken);
        else
            await new PipelineEvaluation(
                context, pipeline,
                new PipelineTrial(
                    pipeline.Document.FilePath, episodes, PipelinePolicies.Names[0], [], null, TimeSpan.Zero,
                    null)).RunAsync(cancellationToken);
        return 0;
    }

    private static async Task RunAgainstTheClockAsync(
        CommandContext context, Pipeline pipeline, double seconds, RobotDefinition? robot, CancellationToken cancellationToken)
    {
        pipeline.RequireWallClock();
        await using var session = await LearningSession.OpenAsync(pipeline.Request, cancellationToken);
        using var model = PipelineModel.Load(pipeline, session);
        var options = new WallClockOptions(
            pipeline.Request, seconds, pipeline.Document.ServoRateHz.Value)
        { WarmUpSeconds = robot is null ? WarmUpSeconds : 0 };
        var run = new WallClockRun(session, options, context.Clock, context.Output.StartProgress);
        await using IRunTarget target = robot is null
            ? await SimulatedTarget.StartAsync(session, pipeline.Request, context.Clock, cancellationToken)
            : await HardwareTarget.ConnectAsync(robot, context.Clock, cancellationToken);
        var found = await run.RunAsync(
            target, t => pipeline.CreateController(session, t.Cameras, context.Clock, ensemble: model?.Evaluator), cancellationToken);
        context.Output.Add(new { Pipeline = pipeline.Document.Name, Threads = session.Workers.Count, Robot = robot?.Name });
        WallClockFigures.Report(context.Output, found);
    }
}
