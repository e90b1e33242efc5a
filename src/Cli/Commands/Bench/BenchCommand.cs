using System.CommandLine;
using Robotics.Benchmarks.Planner;
using Robotics.Benchmarks.Sweep;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;

namespace Robotics.Cli.Commands.Bench;

/// <summary><c>robot bench</c>: planning speed on this machine, compared with its ceiling and with libtorch.</summary>
internal sealed class BenchCommand
{
    private static readonly Dictionary<string, Propagation> Propagations = new()
    {
        ["ts1"] = Propagation.TS1,
        ["ts_infinity"] = Propagation.TSInfinity,
        ["ds"] = Propagation.DS,
        ["mm"] = Propagation.MM,
        ["e"] = Propagation.E,
    };

    private readonly Option<string> _preset = new("--preset")
    {
        Description = "Planning problem: those of Chua et al. 2018, iCEM's budget, or the task 'reach'.",
        HelpName = string.Join('|', PlannerPreset.Names),
        DefaultValueFactory = _ => "pets-pusher",
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads of the planner, of libtorch and of the ceiling.",
        HelpName = "number",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<string> _propagation = new("--propagation")
    {
        Description = "Propagation of uncertainty from step to step; libtorch has ts1 and ts_infinity.",
        HelpName = string.Join('|', Propagations.Keys),
        DefaultValueFactory = _ => "ts_infinity",
    };

    private readonly Option<string> _precision = new("--precision")
    {
        Description = "Number format of the fused evaluator's products; libtorch and the ceiling use fp32.",
        HelpName = "fp32|bf16",
        DefaultValueFactory = _ => "fp32",
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of the measurement, after warm-up, s; at least five decisions of each kind are taken.",
        HelpName = "number",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<bool> _sweep = new("--sweep")
    {
        Description = "Measure instead how the fused evaluator's cost grows with candidates, particles, horizon, width and threads; "
            + "--seconds is divided among the sizes.",
    };

    /// <summary>Creates the command with its subcommands.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchCommand();
        options._preset.AcceptOnlyFromAmong(PlannerPreset.Names);
        options._propagation.AcceptOnlyFromAmong([.. Propagations.Keys]);
        options._precision.AcceptOnlyFromAmong("fp32", "bf16");
        var planner = line.Create("planner", "Time decisions of the planner against the machine's ceiling and libtorch.", options.RunAsync);
        Option[] own =
        [
            options._preset, options._threads, options._propagation, options._precision, options._seconds,
            options._sweep,
        ];
        foreach (var option in own)
            planner.Add(option);
        var command = new Command("bench", "Measure how fast this machine is.");
        command.Add(planner);
        command.Add(BenchLoopCommand.Create(line));
        command.Add(BenchLockStepCommand.Create(line));
        command.Add(BenchPrecisionCommand.Create(line));
        command.Add(BenchEstimatorCommand.Create(line));
        command.Add(BenchLatentCommand.Create(line));
        command.Add(BenchTrainingCommand.Create(line));
        return command;
    }

    private static int Sweep(CommandContext context, PlannerBenchmarkOptions options, CancellationToken cancellationToken)
    {
        var sweep = new PlannerSweep(options, context.Clock);
        var folder = context.CreateRunFolder();
        using (var bar = context.Output.StartProgress("sizes", sweep.Cases().Count()))
            sweep.Run(done => bar.Report(done), cancellationToken);
        SweepFigures.Report(context.Output, options, sweep, folder);
        return 0;
    }

    private Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (threads, seconds) = (context.Get(_threads), context.Get(_seconds));
        if (threads is < 1 or > 256)
            throw new UserErrorException($"--threads takes 1 to 256, not {threads}.");
        if (seconds is not (> 0 and <= 3600))
            throw new UserErrorException($"--seconds takes more than 0 and at most 3600, not {seconds}.");
        var precision = context.Get(_precision) == "bf16" ? Precision.BFloat16 : Precision.Single;
        var options = new PlannerBenchmarkOptions(
            PlannerPreset.Create(context.Get(_preset)!), threads, Propagations[context.Get(_propagation)!], precision, seconds,
            context.Seed);
        if (context.Get(_sweep))
            return Task.FromResult(Sweep(context, options, cancellationToken));
        using var benchmark = new PlannerBenchmark(options, context.Clock);
        benchmark.Run(cancellationToken);
        PlannerFigures.Report(context.Output, options, benchmark);
        return Task.FromResult(0);
    }
}
