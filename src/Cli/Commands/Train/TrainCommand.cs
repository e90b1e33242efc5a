using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Jobs;
using Robotics.Learning.Seeds;

namespace Robotics.Cli.Commands.Train;

/// <summary><c>robot train</c>: learns a task from nothing, trial by trial, and writes checkpoints, metrics and a report.</summary>
internal sealed class TrainCommand
{
    private const double WallSeconds = 5;
    private readonly TaskOptions _task = new();

    private readonly Option<int?> _trials = new("--trials")
    {
        Description = "Trials under the planner [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<int> _baselines = new("--baseline-episodes")
    {
        Description = "Episodes that measure random actions and planning with ground-truth dynamics, the baselines of scores; 0 for "
            + "neither (the second takes minutes for a large task).",
        HelpName = "number",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<int> _evaluation = new("--eval-episodes")
    {
        Description = "Episodes that measure the learned model at the end; 0 for none.",
        HelpName = "number",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<double?> _wall = new("--wall-seconds")
    {
        Description = "Duration of the run against the wall clock at the end, s; 0 for none [default: 5; 0 with --seeds].",
        HelpName = "seconds",
    };

    private readonly Option<string?> _seeds = new("--seeds")
    {
        Description = "Several seeds, each in a single-threaded process, as many at a time as --threads, with a report over all: a list "
            + "such as 1,2,5, or a count N for 1 to N.",
        HelpName = "list|number",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new TrainCommand();
        var command = line.Create(
            "train", "Learn a task from nothing; an interrupted run is resumed when --out names its folder.", options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._trials);
        command.Add(options._baselines);
        command.Add(options._evaluation);
        command.Add(options._wall);
        command.Add(options._seeds);
        command.Add(TrainEstimatorCommand.Create(line));
        command.Add(TrainRefinementCommand.Create(line));
        command.Add(TrainLatentCommand.Create(line));
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var seeds = context.Get(_seeds) is { } text ? SeedList.Parse(text) : null;
        if (seeds is not null && context.IsSeedGiven)
            throw new UserErrorException("--seed and --seeds were both given; give one of them.");
        var wall = context.Get(_wall) ?? (seeds is null ? WallSeconds : 0);
        var job = new LearningJobOptions(context.Get(_trials), context.Get(_baselines), context.Get(_evaluation), wall);
        job.Validate();
        if (seeds is null)
            await LearningJob.RunAsync(context, _task.Read(context), job, cancellationToken);
        else
            await new SeedsJob(context, _task.Read(context), job, seeds).RunAsync(cancellationToken);
        return 0;
    }
}
