using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Studies.Estimators;
using Robotics.Studies.Mechanism;

namespace Robotics.Cli.Commands.Eval;

/// <summary><c>robot eval estimator</c>: measures state estimators against exact answers, their relatives and their bars.</summary>
internal sealed class EvalEstimatorCommand
{
    private readonly Option<string> _suite = new("--suite")
    {
        Description = "What to measure: " + string.Join(" ", EstimatorSuites.All.Select(s => $"'{s.Name}': {s.Summary}")),
        HelpName = string.Join('|', EstimatorSuites.All.Select(s => s.Name)),
        Required = true,
    };

    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "Measure less: fewer seeds, shorter training.",
    };

    private readonly Option<int?> _seeds = new("--seeds")
    {
        Description = "Over how many seeds to repeat what learns [default: 5, with --quick 2].",
        HelpName = "number",
    };

    private readonly Option<string[]> _estimators = new("--estimator")
    {
        Description = "Run folders of './robot train estimator', one per seed, for the suite 'camera', in place of training anew.",
        HelpName = "folder",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new EvalEstimatorCommand();
        options._suite.AcceptOnlyFromAmong([.. EstimatorSuites.All.Select(s => s.Name)]);
        var command = line.Create("estimator", "Measure state estimators: against exact answers, their relatives, and what is asked of them.", options.RunAsync);
        command.Add(options._suite);
        command.Add(options._quick);
        command.Add(options._seeds);
        command.Add(options._estimators);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var quick = context.Get(_quick);
        var estimators = context.Get(_estimators) ?? [];
        var seeds = estimators.Length > 0 ? estimators.Length : context.Get(_seeds) ?? (quick ? 2 : 5);
        if (seeds is < 1 or > 100)
            throw new UserErrorException($"--seeds takes 1 to 100, not {seeds}.");
        var suite = EstimatorSuites.Find(context.Get(_suite));
        if (estimators.Length > 0 && suite is not CameraSuite)
            throw new UserErrorException($"--estimator is for the suite 'camera', and the suite '{suite.Name}' trains its own; leave it out.");
        var run = new SuiteRun(context, quick, seeds) { Estimators = estimators };
        await suite.RunAsync(run, cancellationToken);
        run.Complete(suite);
        return 0;
    }
}
