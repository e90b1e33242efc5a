using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Studies;
using Robotics.Studies.Estimators;
using Robotics.Studies.Mechanism;

namespace Robotics.Cli.Commands.Eval;

/// <summary><c>robot eval estimator</c>: studies of state estimators over several seeds.</summary>
internal sealed class EvalEstimatorCommand
{
    private readonly StudyArguments _study = new(StudyCatalog.Estimator, new Dictionary<string, string>());

    private readonly Option<string[]> _estimators = new("--estimator")
    {
        Description = "Run folders of './robot train estimator' that the suite 'camera' measures, one per seed, in place of training anew.",
        HelpName = "folder",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new EvalEstimatorCommand();
        const string summary = "Study state estimators over several seeds: exact references, baselines, criteria.";
        var command = line.Create("estimator", summary, options.RunAsync);
        options._study.AddTo(command);
        command.Add(options._estimators);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var estimators = context.Get(_estimators) ?? [];
        var study = _study.ReadStudy(context);
        if (estimators.Length > 0 && study is not CameraStudy)
        {
            throw new UserErrorException(
                $"--estimator is for the suite 'camera', and the suite '{study.Name}' trains its own; leave it out.");
        }

        var run = new StudyRun(context, study, _study.ReadOptions(context, estimators.Length) with { Estimators = estimators });
        await study.RunAsync(run, cancellationToken);
        run.Complete();
        return 0;
    }
}
