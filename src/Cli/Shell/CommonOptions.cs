using System.CommandLine;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Shell;

/// <summary>The options that every command has; each command's help shows them.</summary>
internal sealed class CommonOptions
{
    /// <summary>Seed used when none is given.</summary>
    public const ulong DefaultSeed = 1;

    /// <summary>All randomness of the command follows from it.</summary>
    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "Seed of all random numbers; the same seed gives the same run.",
        HelpName = "number",
        DefaultValueFactory = _ => DefaultSeed,
        Recursive = true,
    };

    /// <summary>Folder into which the command writes.</summary>
    public Option<string?> Out { get; } = new("--out")
    {
        Description = "Folder for everything the command writes [default: runs/COMMAND-TIME].",
        HelpName = "folder",
        Recursive = true,
    };

    /// <summary>Settings file.</summary>
    public Option<string?> Config { get; } = new("--config")
    {
        Description = "YAML file whose settings replace the defaults; config/ holds documented examples.",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary>Machine-readable result.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Make the last line of standard output one JSON object; text for people goes to standard error.",
        Recursive = true,
    };

    /// <summary>Less text.</summary>
    public Option<bool> Quiet { get; } = new("--quiet")
    {
        Description = "Only errors, and with --json the result.",
        Recursive = true,
    };

    /// <summary>For a parent process: the end of standard input requests a stop.</summary>
    public Option<bool> StopWithInput { get; } = new(RunContext.StopWithInputOption)
    {
        Description = "Stop gracefully when standard input ends.",
        Recursive = true,
        Hidden = true,
    };

    /// <summary>Adds the options to the root, from which every command inherits them.</summary>
    public void AddTo(RootCommand root)
    {
        root.Add(Seed);
        root.Add(Out);
        root.Add(Config);
        root.Add(Json);
        root.Add(Quiet);
        root.Add(StopWithInput);
    }
}
