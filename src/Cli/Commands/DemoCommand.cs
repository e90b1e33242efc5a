using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Learning.Jobs;

namespace Robotics.Cli.Commands;

/// <summary><c>robot demo</c>: an arm learns to reach from nothing, then runs against the wall clock.</summary>
internal sealed class DemoCommand
{
    private readonly TaskOptions _task = new("reach");

    private readonly Option<int> _trials = new("--trials")
    {
        Description = "Trials under the planner.",
        HelpName = "number",
        DefaultValueFactory = _ => 8,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new DemoCommand();
        var command = line.Create(
            "demo", "A simulated arm learns to reach from nothing and then runs against the wall clock; ends with a report.",
            options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._trials);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = new LearningJobOptions(context.Get(_trials), BaselineEpisodes: 2, EvaluationEpisodes: 2, WallClockSeconds: 15);
        job.Validate();
        await LearningJob.RunAsync(context, _task.Read(context), job, cancellationToken);
        return 0;
    }
}
