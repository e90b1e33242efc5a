using System.CommandLine;
using System.Globalization;
using Robotics.App.Benchmarks;
using Robotics.App.Composition;
using Robotics.App.Shell;
using Robotics.Core;
using Robotics.Learning;

namespace Robotics.App.Commands;

/// <summary><c>robot bench lockstep</c>: steps per second of the loops in lock-step.</summary>
internal sealed class BenchLockStepCommand
{
    private readonly TaskOptions _task = new("reach");

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "How long to measure, all rounds together; the first of them is not counted.",
        HelpName = "number",
        DefaultValueFactory = _ => 12,
    };

    private readonly Option<double?> _servo = new("--servo-hz")
    {
        Description = "Rate of the servo loop; the nearest that fits the physics is taken [default: as low as the task's actions allow].",
        HelpName = "number",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new BenchLockStepCommand();
        var command = line.Create(
            "lockstep", "Time steps of a task in lock-step, with random actions and without a planner or cameras.", options.RunAsync);
        options._task.AddTo(command);
        command.Add(options._seconds);
        command.Add(options._servo);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var (seconds, servo) = (context.Get(_seconds), context.Get(_servo));
        if (seconds is not (> 0 and <= 3600))
            throw new UserErrorException($"--seconds takes more than 0 and at most 3600, not {seconds}.");
        if (servo is not null and not (>= 1 and <= 5000))
            throw new UserErrorException($"--servo-hz takes 1 to 5000, not {servo}.");
        var request = _task.Read(context) with { ServoRateHz = servo, Simulation = o => o with { Cameras = [] } };
        await using var session = await TaskSession.OpenAsync(request, cancellation);
        var benchmark = new LockStepBenchmark(session, context.Clock, context.Seed);
        await benchmark.RunAsync(seconds, cancellation);
        Report(context.Output, session, benchmark);
        return 0;
    }

    private static void Report(CommandOutput output, TaskSession session, LockStepBenchmark benchmark)
    {
        var rates = benchmark.StepsPerSecond;
        var (best, median) = (rates.Max(), Statistics.Median(rates));
        var realTime = median * session.Task.ControlPeriodSeconds;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{session.Task.Name}: {best:F0} steps a second in the best of {rates.Count} rounds, {median:F0} in the median ({realTime:F0} times real time)"));
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{benchmark.Steps} steps allocated {benchmark.AllocatedBytes} bytes"));
        output.Result["task"] = session.Task.Name;
        output.Result["steps_per_second_best"] = CommandOutput.Number(best);
        output.Result["steps_per_second_median"] = CommandOutput.Number(median);
        output.Result["steps"] = benchmark.Steps;
        output.Result["allocated_bytes"] = benchmark.AllocatedBytes;
    }
}
