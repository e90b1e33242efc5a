using System.CommandLine;
using System.Globalization;
using Robotics.App.Benchmarks;
using Robotics.App.Composition;
using Robotics.App.Shell;
using Robotics.Core;

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
        var command = line.Create("lockstep", "Time steps of a task in lock-step, with random actions and without a planner or cameras.", options.RunAsync);
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
        var (best, median) = (benchmark.StepsPerSecond.Max(), benchmark.StepsPerSecond.Order().ElementAt(benchmark.StepsPerSecond.Count / 2));
        context.Output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{session.Task.Name}: {best:F0} steps a second in the best of {benchmark.StepsPerSecond.Count} rounds, {median:F0} in the median ({median * session.Task.ControlPeriodSeconds:F0} times real time); {benchmark.Steps} steps allocated {benchmark.AllocatedBytes} bytes"));
        context.Output.Result["task"] = session.Task.Name;
        context.Output.Result["steps_per_second_best"] = CommandOutput.Number(best);
        context.Output.Result["steps_per_second_median"] = CommandOutput.Number(median);
        context.Output.Result["steps"] = benchmark.Steps;
        context.Output.Result["allocated_bytes"] = benchmark.AllocatedBytes;
        return 0;
    }
}
