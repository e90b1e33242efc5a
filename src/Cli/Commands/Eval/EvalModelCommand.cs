using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Seeds;
using Robotics.Studies.Ensembles;
using Robotics.Studies.Hole;
using Robotics.Studies.Latent;
using Robotics.Studies.Mechanism;

namespace Robotics.Cli.Commands.Eval;

/// <summary><c>robot eval model</c>: studies of the learned model over several seeds.</summary>
internal sealed class EvalModelCommand
{
    private const string DefaultSeeds = "5";
    private const string QuickSeeds = "2";
    private static readonly string[] Suites = ["hole", "exploitation", "kinds", "latent"];

    private readonly Option<string> _suite = new("--suite")
    {
        Description = "'hole': does the ensemble tell noise from ignorance? 'exploitation': does the planner exploit the model's faults? 'kinds': ensemble or one network, with variance or without? 'latent': ways to imagine and to act in a filter's beliefs, by pixels.",
        HelpName = string.Join('|', Suites),
        Required = true,
    };

    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "A small version: to see that it works, not to quote.",
    };

    private readonly Option<string?> _seeds = new("--seeds")
    {
        Description = $"A list such as 1,2,5, or a count N for 1 to N [default: {DefaultSeeds}; {QuickSeeds} with --quick].",
        HelpName = "list|number",
    };

    private readonly Option<string?> _task = new("--task")
    {
        Description = "Tasks to learn, separated by commas, in place of the suite's own (not for 'hole').",
        HelpName = "names|files",
    };

    private readonly Option<int?> _trials = new("--trials")
    {
        Description = "Trials under the planner, in place of the suite's own number (not for 'hole').",
        HelpName = "number",
    };

    private readonly Option<string?> _estimator = new("--estimator")
    {
        Description = "Run folder of './robot train estimator' in whose beliefs the suite 'latent' plans.",
        HelpName = "folder",
    };

    private readonly Option<string?> _arms = new("--arms")
    {
        Description = $"Which ways the suite 'latent' compares, separated by commas, of {string.Join(", ", LatentArms.Names)} [default: all].",
        HelpName = "names",
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
        options._suite.AcceptOnlyFromAmong(Suites);
        var command = line.Create("model", "Study the learned model over several seeds: table, plots and figures.", options.RunAsync);
        foreach (var option in (Option[])[options._suite, options._quick, options._seeds, options._task, options._trials, options._estimator, options._arms, options._threads])
            command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (suite, request) = (context.Get(_suite), Read(context));
        if (suite != "latent" && (context.Get(_estimator) ?? context.Get(_arms)) is not null)
            throw new UserErrorException($"--estimator and --arms are for the suite 'latent', not for '{suite}'; leave them out.");
        if (suite == "hole")
        {
            new HoleStudy(context, request).Run(context.CreateRunFolder(), cancellationToken);
            return 0;
        }

        var latent = suite == "latent" ? Latent(context, request) : null;
        var folder = context.CreateResumableRunFolder();
        if (latent is not null)
            await latent.RunAsync(folder, cancellationToken);
        else if (suite == "exploitation")
            await new ExploitationStudy(context, request).RunAsync(folder, cancellationToken);
        else
            await new KindsStudy(context, request).RunAsync(folder, cancellationToken);
        return 0;
    }

    private LatentStudy Latent(CommandContext context, StudyRequest request)
    {
        var estimator = context.Get(_estimator)
            ?? throw new UserErrorException("the suite 'latent' compares ways to plan in one filter's beliefs: name one with --estimator FOLDER (./robot train estimator makes it).");
        if (request.Tasks?.Count > 1)
            throw new UserErrorException("the suite 'latent' takes one task, that of the estimator.");
        if (request.Trials % 10 is not (null or 0))
            throw new UserErrorException($"--trials of the suite 'latent' are planned episodes in rounds of ten; give a multiple of 10, not {request.Trials}.");
        return new LatentStudy(context, request, Path.GetFullPath(estimator), context.Get(_arms)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private StudyRequest Read(CommandContext context)
    {
        if (context.IsSeedGiven)
            throw new UserErrorException("a suite runs several seeds; give --seeds in place of --seed.");
        if (context.ConfigPath is not null)
            throw new UserErrorException("a suite lays its own settings over a task's, so --config has no place here; write them into a task of your own and name it with --task.");
        var (quick, trials, threads) = (context.Get(_quick), context.Get(_trials), context.Get(_threads));
        if (trials is < 1 or > 10000)
            throw new UserErrorException($"--trials takes 1 to 10000, not {trials}.");
        if (threads is < 1 or > 256)
            throw new UserErrorException($"--threads takes 1 to 256, not {threads}.");
        var seeds = SeedList.Parse(context.Get(_seeds) ?? (quick ? QuickSeeds : DefaultSeeds));
        var tasks = context.Get(_task)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new StudyRequest(seeds, quick, tasks, trials, threads);
    }
}
