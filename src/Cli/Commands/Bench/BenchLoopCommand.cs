using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Data.Storage;
using Robotics.Learning.Jobs;
using Robotics.Learning.Runs;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.Reporting.Plots;
using Robotics.Runtime.WallClock;

namespace Robotics.Cli.Commands.Bench;

/// <summary>
/// <c>robot bench loop</c>: control and servo against the wall clock, the simulator and its camera in a process of their own.
/// </summary>
internal sealed class BenchLoopCommand
{
    private readonly TaskOptions _task = new("reach-50hz");

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of the measurement, after warm-up, s.",
        HelpName = "number",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<double> _warmUp = new("--warm-up")
    {
        Description = "Duration of the warm-up before the measurement, in which the runtime compiles hot code, s.",
        HelpName = "number",
        DefaultValueFactory = _ => 6,
    };

    private readonly Option<double> _servo = new("--servo-hz")
    {
        Description = "Rate of the servo loop, Hz.",
        HelpName = "number",
        DefaultValueFactory = _ => 200,
    };

    private readonly Option<string> _workers = new("--workers")
    {
        Description = "Planner's workers scheduled by the system ('free') or pinned to a core each ('bound'): shorter decisions on an idle "
            + "machine, long ones where a program of higher priority takes a core.",
        HelpName = "free|bound",
        DefaultValueFactory = _ => "free",
    };

    private readonly Option<string?> _precision = new("--precision")
    {
        Description = "Number format of the networks' products, in place of the task's.",
        HelpName = "fp32|bf16",
    };

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "Checkpoint folder, or a run's folder for its newest checkpoint; without it the networks are untrained, which takes "
            + "the same time.",
        HelpName = "folder",
    };

    private readonly Option<string?> _estimator = new("--estimator")
    {
        Description = "Run folder of './robot train estimator': its filter over cameras and joints estimates the belief, and the planner "
            + "uses its latent model in place of the ensemble.",
        HelpName = "folder",
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchLoopCommand();
        var command = line.Create(
            "loop", "Run control and servo against the wall clock with a simulator and its camera, and count missed deadlines.",
            options.RunAsync);
        options._workers.AcceptOnlyFromAmong("free", "bound");
        options._precision.AcceptOnlyFromAmong("fp32", "bf16");
        options._task.AddTo(command);
        Option[] own =
        [
            options._seconds, options._warmUp, options._servo, options._workers, options._precision,
            options._checkpoint, options._estimator,
        ];
        foreach (var option in own)
            command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var run = new WallClockOptions(
            _task.Read(context),
            InRange(context, _seconds, 1, 86400),
            InRange(context, _servo, 1, 5000))
        {
            WarmUpSeconds = InRange(context, _warmUp, 0, 600),
            InOneEpisode = true,
            BindsWorkers = context.Get(_workers) == "bound",
        };
        if (context.Get(_checkpoint) is not null && context.Get(_estimator) is not null)
            throw new UserErrorException("--checkpoint names an ensemble and --estimator a filter with its own model; give one of them.");
        await using var session = await LearningSession.OpenAsync(
            new LearningRequest(run.Request) { Model = ChooseModel(context.Get(_precision)) }, cancellationToken);
        using var model = session.CreateLearner(context.Seed);
        if (context.Get(_checkpoint) is { } checkpoint)
            Checkpoints.Load(checkpoint, session.Task, model);
        var folder = context.CreateRunFolder();
        var found = await new WallClockRun(session, run, context.Clock, context.Output.StartProgress).RunAsync(
            robot => context.Get(_estimator) is { } estimator
                ? ControllerStack.FromEstimator(session, Path.GetFullPath(estimator), robot.Cameras, context.Clock)
                : ControllerStack.FromEnsemble(session, model.Evaluator, model.FusedEvaluator, context.Clock),
            cancellationToken);
        Report(context, session, found, folder);
        return 0;
    }

    private static Func<ModelSettings, ModelSettings>? ChooseModel(string? precision) => precision switch
    {
        null => null,
        "bf16" => m => m with { Rollout = m.Rollout with { Precision = RolloutPrecision.Bf16 } },
        _ => m => m with { Rollout = m.Rollout with { Precision = RolloutPrecision.Fp32 } },
    };

    private static double InRange(CommandContext context, Option<double> option, double low, double high) =>
        context.Get(option) is var value && value >= low && value <= high
            ? value
            : throw new UserErrorException($"{option.Name} takes {low} to {high}, not {value}.");

    private void Report(CommandContext context, LearningSession session, WallClockReport found, string folder)
    {
        var output = context.Output;
        var period = TimeSpan.FromSeconds(session.Task.ControlPeriodSeconds);
        output.Add(new
        {
            Task = session.Task.Name,
            Threads = session.Workers.Count,
            Workers = context.Get(_workers),
            Precision = session.Model.Rollout.FusedPrecision.ToString(),
        });
        WallClockFigures.Report(output, found);
        string[] plots =
        [
            Draw("decisions.svg", LatencyPlot.Create("Work of a control tick, against the wall clock", found.Durations, period)),
            Draw("lateness.svg", LatencyPlot.Create("Lateness of the control loop's ticks", found.Lateness, null)),
        ];
        output.Add(new { Plots = plots });

        string Draw(string name, PlotSvg plot)
        {
            var path = Path.Combine(folder, name);
            AtomicFile.WriteText(path, plot.Render());
            output.Line($"Plot: {path}");
            return path;
        }
    }
}
