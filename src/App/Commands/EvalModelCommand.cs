using System.CommandLine;
using Robotics.App.Composition;
using Robotics.App.Shell;
using Robotics.App.Studies;
using Robotics.Core;

namespace Robotics.App.Commands;

/// <summary><c>robot eval model</c>: studies of the learned model over several seeds.</summary>
internal sealed class EvalModelCommand
{
    private const string DefaultSeeds = "5";
    private const string QuickSeeds = "2";
    private static readonly string[] Suites = ["hole"];

    private readonly Option<string> _suite = new("--suite")
    {
        Description = "'hole': does the ensemble tell noise from ignorance?",
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

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new EvalModelCommand();
        options._suite.AcceptOnlyFromAmong(Suites);
        var command = line.Create("model", "Study the learned model over several seeds: table, plots and figures.", options.RunAsync);
        command.Add(options._suite);
        command.Add(options._quick);
        command.Add(options._seeds);
        return command;
    }

    private Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        if (context.IsSeedGiven)
            throw new UserErrorException("a suite runs several seeds; give --seeds in place of --seed.");
        var quick = context.Get(_quick);
        var seeds = SeedList.Parse(context.Get(_seeds) ?? (quick ? QuickSeeds : DefaultSeeds));
        var request = new StudyRequest(seeds, quick, null, null, Environment.ProcessorCount);
        new HoleStudy(context, request).Run(context.CreateRunFolder(), cancellation);
        return Task.FromResult(0);
    }
}
