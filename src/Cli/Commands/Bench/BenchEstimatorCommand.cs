using System.CommandLine;
using Robotics.Benchmarks.Estimator;
using Robotics.Cli.Commands.Train;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;

namespace Robotics.Cli.Commands.Bench;

/// <summary><c>robot bench estimator</c>: a step of the compiled filter compared with libtorch's.</summary>
internal sealed class BenchEstimatorCommand
{
    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Sizes of the filter: 'small', or 'planet' with those of Hafner et al. 2019.",
        HelpName = "small|planet",
        DefaultValueFactory = _ => "small",
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of the measurement of both filters together, after warm-up, s.",
        HelpName = "number",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<int> _refine = new("--refine")
    {
        Description = "Iterations of posterior refinement in both filters, 0 to 32; 0 for none.",
        HelpName = "number",
        DefaultValueFactory = _ => 0,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchEstimatorCommand();
        options._preset.AcceptOnlyFromAmong("small", "planet");
        var command = line.Create(
            "estimator", "Time a step of the state estimator, compiled and by libtorch, on one core, and compare their beliefs.",
            options.RunAsync);
        command.Add(options._preset);
        command.Add(options._seconds);
        command.Add(options._refine);
        return command;
    }

    private Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var seconds = context.Get(_seconds);
        if (seconds is not (> 0 and <= 3600))
            throw new UserErrorException($"--seconds takes more than 0 and at most 3600, not {seconds}.");
        var iterations = context.Get(_refine);
        if (iterations is < 0 or > 32)
            throw new UserErrorException($"--refine takes 0 to 32, not {iterations}.");
        var preset = context.Get(_preset)!;
        using var benchmark = new EstimatorBenchmark(TrainEstimatorCommand.Preset(preset), iterations, context.Clock, context.Seed);
        using (var bar = context.Output.StartProgress("steps", (long)Math.Ceiling(seconds)))
            benchmark.Run(seconds, passed => bar.Report((long)passed), cancellationToken);
        context.Output.Add(new { RefiningIterations = iterations });
        EstimatorFigures.Report(context.Output, preset, benchmark);
        return Task.FromResult(0);
    }
}
