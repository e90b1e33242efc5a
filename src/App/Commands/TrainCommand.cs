using System.CommandLine;
using Robotics.App.Composition;
using Robotics.App.Shell;
using Robotics.Learning;

namespace Robotics.App.Commands;

/// <summary><c>robot train</c>: learns a task from nothing, trial by trial, and leaves checkpoints, figures and a report.</summary>
internal sealed class TrainCommand
{
    private readonly TaskOptions _task = new();

    private readonly Option<int?> _trials = new("--trials")
    {
        Description = "Trials under the planner [default: the task's].",
        HelpName = "number",
    };

    private readonly Option<int> _baselines = new("--baseline-episodes")
    {
        Description = "Episodes that measure random actions and the oracle.",
        HelpName = "number",
        DefaultValueFactory = _ => 3,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new TrainCommand();
        var command = line.Create("train", "Learn a task from nothing; a run that was stopped goes on when --out names its folder.", options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._trials);
        command.Add(options._baselines);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        await using var session = await TaskSession.OpenAsync(_task.Read(context), cancellation);
        var folder = new RunFolder(context.CreateRunFolder());
        var run = new TrainingRun(context, session, folder);
        using var outcome = await run.RunAsync(context.Get(_trials), context.Get(_baselines), cancellation);
        run.Report(outcome);
        return 0;
    }
}
