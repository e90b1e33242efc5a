using System.CommandLine;
using Robotics.Benchmarks.Latent;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;

namespace Robotics.Cli.Commands.Bench;

/// <summary><c>robot bench latent</c>: decisions in the belief, compiled and by libtorch.</summary>
internal sealed class BenchLatentCommand
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Sizes of filter, ensemble and planner.",
        HelpName = "name",
        DefaultValueFactory = _ => LatentPreset.Names[0],
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads of the compiled rollouts.",
        HelpName = "number",
        DefaultValueFactory = _ => Math.Min(2, Environment.ProcessorCount),
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of all measurements together, after warm-up, s.",
        HelpName = "number",
        DefaultValueFactory = _ => 20,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchLatentCommand();
        options._preset.AcceptOnlyFromAmong(LatentPreset.Names);
        var command = line.Create(
            "latent", "Time decisions in the belief: an ensemble over it, its own prior, and libtorch.", options.RunAsync);
        foreach (var option in (Option[])[options._preset, options._threads, options._seconds])
            command.Add(option);
        return command;
    }

    private Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (threads, seconds) = (context.Get(_threads), context.Get(_seconds));
        if (threads is < 1 or > 256)
            throw new UserErrorException($"--threads takes 1 to 256, not {threads}.");
        if (seconds is not (> 0 and <= 3600))
            throw new UserErrorException($"--seconds takes more than 0 and at most 3600, not {seconds}.");
        var preset = LatentPreset.Create(context.Get(_preset)!);
        using var benchmark = new LatentBenchmark(preset, threads, context.Clock, context.Seed);
        using (var bar = context.Output.StartProgress("decisions", (long)Math.Ceiling(seconds)))
            benchmark.Run(seconds, passed => bar.Report((long)passed), cancellationToken);
        LatentBenchmarkFigures.Report(context.Output, preset, threads, benchmark);
        return Task.FromResult(0);
    }
}
