using System.CommandLine;
using System.Globalization;
using Robotics.Benchmarks.Machine;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Learning.Sessions;
using Robotics.Reporting.Numbers;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Commands.Bench;

/// <summary><c>robot bench lockstep</c>: steps per second of the loops in lock-step.</summary>
internal sealed class BenchLockStepCommand
{
    private readonly TaskOptions _task = new("reach");

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Duration of all rounds together, s; the first round is not counted.",
        HelpName = "number",
        DefaultValueFactory = _ => 12,
    };

    private readonly Option<double?> _servo = new("--servo-hz")
    {
        Description = "Rate of the servo loop, Hz; rounded to one that divides the physics rate [default: the lowest that the task's "
            + "actions allow].",
        HelpName = "number",
    };

    /// <summary>Creates the command.</summary>
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

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (seconds, servo) = (context.Get(_seconds), context.Get(_servo));
        if (seconds is not (> 0 and <= 3600))
            throw new UserErrorException($"--seconds takes more than 0 and at most 3600, not {seconds}.");
        if (servo is not null and not (>= 1 and <= 5000))
            throw new UserErrorException($"--servo-hz takes 1 to 5000, not {servo}.");
        var request = _task.Read(context) with { ServoRateHz = servo, Simulation = o => o with { Cameras = [] } };
        await using var session = await LearningSession.OpenAsync(request, cancellationToken);
        var benchmark = new LockStepBenchmark(session, context.Clock, context.Seed);
        await benchmark.RunAsync(seconds, cancellationToken);
        Report(context.Output, session, benchmark);
        return 0;
    }

    private static void Report(CommandOutput output, LearningSession session, LockStepBenchmark benchmark)
    {
        var rates = benchmark.StepsPerSecond;
        var result = new LockStepResult(
            session.Task.Name, rates.Max(), Statistics.Median(rates), benchmark.Steps, benchmark.AllocatedBytes);
        var realTime = result.StepsPerSecondMedian * session.Task.ControlPeriodSeconds;
        output.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Task}: {result.StepsPerSecondBest:F0} steps a second in the best of {rates.Count} rounds, "
            + $"{result.StepsPerSecondMedian:F0} in the median ({realTime:F0} times real time)"));
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{result.Steps} steps allocated {result.AllocatedBytes} bytes"));
        output.Add(result);
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Task">The task.</param>
    /// <param name="StepsPerSecondBest">Control steps per second in the best round.</param>
    /// <param name="StepsPerSecondMedian">Control steps per second in the median round.</param>
    /// <param name="Steps">Number of steps timed.</param>
    /// <param name="AllocatedBytes">Bytes allocated by the timed steps.</param>
    private sealed record LockStepResult(
        string Task, double StepsPerSecondBest, double StepsPerSecondMedian, long Steps, long AllocatedBytes);
}
