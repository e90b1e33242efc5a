using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Studies;
using Robotics.Studies.Latent;
using Robotics.Studies.Mechanism;

namespace Robotics.Cli.Commands.Eval;

/// <summary><c>robot eval model</c>: studies of the learned model over several seeds.</summary>
internal sealed class EvalModelCommand
{
    private readonly StudyArguments _study = new(StudyCatalog.Model, new Dictionary<string, string> { ["hole"] = "ood" });

    private readonly Option<string?> _task = new("--task")
    {
        Description = "Tasks to learn, separated by commas, in place of the suite's own (not for 'ood').",
        HelpName = "names|files",
    };

    private readonly Option<int?> _trials = new("--trials")
    {
        Description = "Trials under the planner, in place of the suite's own number (not for 'ood').",
        HelpName = "number",
    };

    private readonly Option<string?> _estimator = new("--estimator")
    {
        Description = "Run folder of './robot train estimator' in whose beliefs the suite 'latent' plans, one for all seeds.",
        HelpName = "folder",
    };

    private readonly Option<string?> _conditions = new("--conditions")
    {
        Description = "Conditions that the suite 'latent' compares, separated by commas, of "
            + $"{string.Join(", ", LatentConditions.Names)} [default: all].",
        HelpName = "names",
    };

    private readonly Option<string?> _arms = new("--arms")
    {
        Description = "Former name of --conditions.",
        HelpName = "names",
        Hidden = true,
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Learning runs side by side, each of one thread.",
        HelpName = "number",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new EvalModelCommand();
        var command = line.Create("model", "Study the learned model over several seeds: tables, plots, criteria.", options.RunAsync);
        options._study.AddTo(command);
        foreach (var option in (Option[])
            [options._task, options._trials, options._estimator, options._conditions, options._arms, options._threads])
        {
            command.Add(option);
        }

        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var study = _study.ReadStudy(context);
        var run = new StudyRun(context, study, Read(context, study));
        await study.RunAsync(run, cancellationToken);
        run.Complete();
        return 0;
    }

    private StudyOptions Read(CommandContext context, IStudy study)
    {
        if (context.ConfigPath is not null)
        {
            throw new UserErrorException(
                "a suite merges its own settings over a task's, so --config has no place here; write them into a task "
                + "of your own and name it with --task.");
        }

        var (trials, threads) = (context.Get(_trials), context.Get(_threads));
        var (estimator, conditions) = (context.Get(_estimator), Conditions(context));
        if (trials is < 1 or > 10000)
            throw new UserErrorException($"--trials takes 1 to 10000, not {trials}.");
        if (threads is < 1 or > 256)
            throw new UserErrorException($"--threads takes 1 to 256, not {threads}.");
        if (study is not LatentStudy && (estimator ?? conditions) is not null)
        {
            throw new UserErrorException(
                $"--estimator and --conditions are for the suite 'latent', not for '{study.Name}'; leave them out.");
        }

        return _study.ReadOptions(context) with
        {
            Estimators = estimator is null ? [] : [estimator],
            Tasks = Split(context.Get(_task)),
            Trials = trials,
            Conditions = Split(conditions),
            Threads = threads,
        };
    }

    private string? Conditions(CommandContext context)
    {
        if (context.Get(_arms) is not { } former)
            return context.Get(_conditions);
        if (context.Get(_conditions) is not null)
            throw new UserErrorException("--arms is the former name of --conditions, and both were given; leave --arms out.");
        context.Output.Warn("--arms is now called --conditions; the old name goes with the next version.");
        return former;
    }

    private static string[]? Split(string? names) =>
        names?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
