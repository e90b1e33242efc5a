using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Sessions;
using Robotics.Runtime.Tasks;

namespace Robotics.Cli.Commands;

/// <summary>The options of every command that works on a task.</summary>
internal sealed class TaskOptions
{
    private readonly Option<string?> _task;

    private readonly Option<string?> _mjcf = new("--mjcf")
    {
        Description = "MJCF file of the robot and its scene, in place of the one that the task names.",
        HelpName = "file",
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads that plan; results do not depend on it.",
        HelpName = "number",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly string? _defaultTask;

    /// <summary>The options, with a task to take when none is given.</summary>
    public TaskOptions(string? defaultTask = null)
    {
        _defaultTask = defaultTask;
        _task = new Option<string?>("--task")
        {
            Description = "Name of a task in config/tasks, or the path of a task's YAML file"
                + (defaultTask is null ? "." : $" [default: {defaultTask}]."),
            HelpName = "name|file",
        };
    }

    /// <summary>Adds the options to a command; returns it.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_task);
        command.Add(_mjcf);
        command.Add(_threads);
        return command;
    }

    /// <summary>The requested task.</summary>
    /// <exception cref="UserErrorException">An option is missing or out of its range.</exception>
    public TaskRequest Read(CommandContext context)
    {
        var task = context.Get(_task) ?? _defaultTask
            ?? throw new UserErrorException("no task was given; add --task NAME, for instance --task reach.");
        return new TaskRequest(task, context.Get(_mjcf), context.ConfigPath, context.Seed, ReadThreads(context))
        {
            Warn = context.Output.Warn,
        };
    }

    /// <summary>The settings of a run whose task a pipeline names.</summary>
    /// <exception cref="UserErrorException">A task was given all the same, or the threads are out of their range.</exception>
    public TaskRequest ReadPipeline(CommandContext context) => context.Get(_task) is null && context.Get(_mjcf) is null
        ? ForPipeline(context, ReadThreads(context))
        : throw new UserErrorException(
            "--pipeline names the task in its file, so --task and --mjcf cannot be combined with it; leave them out.");

    /// <summary>The settings of a run whose task a pipeline names.</summary>
    /// <param name="context">The command.</param>
    /// <param name="threads">Number of workers for rollouts.</param>
    public static TaskRequest ForPipeline(CommandContext context, int threads) => new("", null, context.ConfigPath, context.Seed, threads)
    {
        Warn = context.Output.Warn,
        Sections = LearningSession.Sections,
    };

    private int ReadThreads(CommandContext context) => context.Get(_threads) is var threads and >= 1 and <= 256
        ? threads
        : throw new UserErrorException($"--threads takes 1 to 256, not {context.Get(_threads)}.");
}
