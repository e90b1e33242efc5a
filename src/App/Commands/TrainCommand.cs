using System.CommandLine;
using Robotics.App.Composition;
using Robotics.App.Shell;

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

    private readonly Option<int> _evaluation = new("--eval-episodes")
    {
        Description = "Episodes that measure the learned model at the end.",
        HelpName = "number",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<double> _wall = new("--wall-seconds")
    {
        Description = "Seconds to run against the wall clock at the end; 0 for not at all.",
        HelpName = "seconds",
        DefaultValueFactory = _ => 5,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new TrainCommand();
        var command = line.Create("train", "Learn a task from nothing; a run that was stopped goes on when --out names its folder.", options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._trials);
        command.Add(options._baselines);
        command.Add(options._evaluation);
        command.Add(options._wall);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var job = new LearningJobOptions(context.Get(_trials), context.Get(_baselines), context.Get(_evaluation), context.Get(_wall));
        await LearningJob.RunAsync(context, _task.Read(context), job, cancellation);
        return 0;
    }
}
