using System.CommandLine;
using System.Globalization;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Seeds;
using Robotics.Studies.Mechanism;

namespace Robotics.Cli.Commands.Eval;

/// <summary>
/// Options common to <c>robot eval model</c> and <c>robot eval estimator</c>: <c>--suite</c>, <c>--quick</c>, <c>--seeds</c>.
/// </summary>
internal sealed class StudyArguments
{
    private const string DefaultSeeds = "5";
    private const string QuickSeeds = "2";

    private readonly IReadOnlyList<IStudy> _studies;
    private readonly IReadOnlyDictionary<string, string> _formerNames;
    private readonly Option<string> _suite;

    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "A small version: fewer seeds, shorter training. It shows that the suite works; its numbers are not for quoting.",
    };

    private readonly Option<string?> _seeds = new("--seeds")
    {
        Description = "A count N for the seeds from --seed to --seed + N − 1, or a list such as 1,2,5 "
            + $"[default: {DefaultSeeds}; {QuickSeeds} with --quick].",
        HelpName = "number|list",
    };

    /// <summary>Makes the options.</summary>
    /// <param name="studies">The studies of the command.</param>
    /// <param name="formerNames">Former names of studies, still accepted with a warning.</param>
    public StudyArguments(IReadOnlyList<IStudy> studies, IReadOnlyDictionary<string, string> formerNames)
    {
        (_studies, _formerNames) = (studies, formerNames);
        _suite = new Option<string>("--suite")
        {
            Description = string.Join(" ", studies.Select(s => $"'{s.Name}': {s.Summary}")),
            HelpName = string.Join('|', studies.Select(s => s.Name)),
            Required = true,
        };
        _suite.AcceptOnlyFromAmong([.. studies.Select(s => s.Name), .. formerNames.Keys]);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_suite);
        command.Add(_quick);
        command.Add(_seeds);
    }

    /// <summary>The study after <c>--suite</c>.</summary>
    public IStudy ReadStudy(CommandContext context)
    {
        var name = context.Get(_suite)!;
        if (_formerNames.TryGetValue(name, out var current))
        {
            context.Output.Warn($"--suite {name} is now called {current}; the old name goes with the next version.");
            name = current;
        }

        return _studies.First(s => s.Name == name);
    }

    /// <summary>Seeds and size of the study.</summary>
    /// <param name="context">The command.</param>
    /// <param name="trained">Number of trained models that replace training, one per seed; 0 if the study trains its own.</param>
    /// <exception cref="UserErrorException">The seeds are malformed, contradict <c>--seed</c>, or are not one per model.</exception>
    public StudyOptions ReadOptions(CommandContext context, int trained = 0)
    {
        var (quick, text) = (context.Get(_quick), context.Get(_seeds));
        if (text?.Contains(',', StringComparison.Ordinal) == true && context.IsSeedGiven)
        {
            throw new UserErrorException(
                "--seeds was given as a list, so --seed has no meaning; leave it out, or give --seeds as a count.");
        }

        var count = trained > 0 ? trained.ToString(CultureInfo.InvariantCulture) : quick ? QuickSeeds : DefaultSeeds;
        var seeds = SeedList.Parse(text ?? count, context.Seed);
        return trained == 0 || seeds.Count == trained
            ? new StudyOptions(seeds, quick)
            : throw new UserErrorException(
                $"--estimator names {trained} folders and --seeds {seeds.Count} seeds; give one folder per seed, or leave --seeds out.");
    }
}
