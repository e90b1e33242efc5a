using System.CommandLine;
using System.Globalization;
using Robotics.Benchmarks.Training;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Commands.Bench;

/// <summary><c>robot bench training</c>: time of a gradient step.</summary>
internal sealed class BenchTrainingCommand
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Model: the ensemble of the task 'reach' or of Chua et al. 2018, or the small RSSM of seven joints, with or without "
            + "a camera.",
        HelpName = string.Join('|', TrainingPreset.Names),
        DefaultValueFactory = _ => TrainingPreset.Names[0],
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of all rounds together, s; the first rounds are not counted.",
        HelpName = "number",
        DefaultValueFactory = _ => 12,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchTrainingCommand();
        options._preset.AcceptOnlyFromAmong([.. TrainingPreset.Names]);
        var command = line.Create("training", "Time a gradient step of an ensemble or an RSSM on one core.", options.RunAsync);
        command.Add(options._preset);
        command.Add(options._seconds);
        return command;
    }

    private Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var seconds = context.Get(_seconds);
        if (seconds is not (> 0 and <= 3600))
            throw new UserErrorException($"--seconds takes more than 0 and at most 3600, not {seconds}.");
        var preset = context.Get(_preset)!;
        var benchmark = new TrainingBenchmark(context.Clock, context.Seed);
        benchmark.Run(preset, seconds, cancellationToken);
        Report(context.Output, preset, benchmark);
        return Task.FromResult(0);
    }

    private static void Report(CommandOutput output, string preset, TrainingBenchmark benchmark)
    {
        var times = benchmark.Milliseconds;
        var result = new TrainingResult(preset, times.Min(), Statistics.Median(times), benchmark.Updates);
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{preset}: {result.MsPerUpdateMin:F3} ms per update in the fastest of {times.Count} rounds, "
            + $"{result.MsPerUpdateMedian:F3} ms in the median ({result.Updates} updates)"));
        output.Add(result);
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Preset">Name of the model's sizes.</param>
    /// <param name="MsPerUpdateMin">Mean time of an update in the fastest round, ms.</param>
    /// <param name="MsPerUpdateMedian">Mean time of an update in the median round, ms.</param>
    /// <param name="Updates">Number of updates timed.</param>
    private sealed record TrainingResult(string Preset, double MsPerUpdateMin, double MsPerUpdateMedian, long Updates);
}
