using System.Globalization;
using Robotics.App.Shell;
using Robotics.Configuration;
using Robotics.Controller;
using Robotics.Core;
using Robotics.Drivers.Simulation;
using Robotics.Learning;
using Robotics.WorldModel;

namespace Robotics.App.Composition;

/// <summary>
/// Runs a learned controller against the wall clock: the simulator plays the robot in a process of its own, a servo thread
/// follows plans, a control thread makes them at the task's rate. One episode follows another until the time is up.
/// </summary>
internal sealed class WallClockRun(CommandContext context, TaskSession session, WallClockOptions options)
{
    /// <summary>Runs.</summary>
    /// <param name="model">The learned model; nobody else may use it meanwhile.</param>
    /// <param name="cancellation">Stops; the robot is brought to rest.</param>
    /// <exception cref="UserErrorException">The simulator's process does not start or breaks down.</exception>
    public async Task<WallClockReport> RunAsync(EnsembleLearner model, CancellationToken cancellation)
    {
        var socket = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"robot-{Environment.ProcessId}.sock"));
        await using var simulator = await SimulatorProcess.StartAsync(Environment.ProcessPath!, Arguments(socket), cancellation);
        await using var robot = new RemoteSimulator(SimulationOptions.FromTask(session.Task), socket, context.Clock);
        await robot.ConnectAsync(cancellation);
        var link = await robot.ActivateAsync(session.Task.Limits, new EmergencyStop(), cancellation);
        var cores = new CorePlan().Resolve(Environment.ProcessorCount);
        if (cores.LockMemory)
            RealTime.TryLockMemory();
        var loops = new WallClockLoops(session, model, robot, link, options.ServoRateHz, context.Clock);
        try
        {
            await RunEpisodesAsync(robot, loops, cores, cancellation);
        }
        catch (UserErrorException e) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C reaches the simulator's process too, and that its end is noticed first changes nothing.
            throw new OperationCanceledException(e.Message, e, cancellation);
        }

        return loops.Report();
    }

    private async Task RunEpisodesAsync(RemoteSimulator robot, WallClockLoops loops, CorePlan cores, CancellationToken cancellation)
    {
        var starts = new ResetSampler(session.Task.Reset);
        var length = TimeSpan.FromSeconds(session.Task.HorizonSteps * session.Task.ControlPeriodSeconds);
        var key = RandomKey.FromSeed(context.Seed).Derive("wall clock");
        var episodes = Math.Max(1, (int)Math.Round(options.Seconds / length.TotalSeconds));
        using var bar = context.Output.StartProgress("wall clock", episodes);
        for (var i = 0; i < episodes; i++)
        {
            var start = key.Derive((ulong)i);
            await robot.ResetAsync(start, cancellation);
            loops.Restart(starts.Sample(start).Goals, start.Derive("decisions"));
            using (var servo = new LoopThread(loops.Servo.Loop, cores.Servo, loops.Servo.Stop))
            using (var control = new LoopThread(loops.Control.Loop, cores.Control))
            {
                await WaitAsync(context.Clock.Now + length, robot, cancellation);
                control.Stop();
                servo.Stop();
                if ((control.Fault ?? servo.Fault) is { } fault)
                    throw new InvalidOperationException("A loop's stage threw.", fault);
            }

            loops.EndEpisode();
            if (!robot.IsConnected)
                throw new UserErrorException("the simulator's process ended during the run; what it printed above, if anything, says why. What was learned is kept: run the same command again.");
            bar.Report(i + 1);
        }
    }

    /// <summary>Lets the loops run until the moment, or until the robot is gone.</summary>
    private Task WaitAsync(MonotonicTime end, RemoteSimulator robot, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var pacer = new WallPacer(context.Clock);
            while (context.Clock.Now < end && robot.IsConnected)
            {
                cancellation.ThrowIfCancellationRequested();
                var next = context.Clock.Now + TimeSpan.FromMilliseconds(50);
                pacer.WaitUntil(next < end ? next : end);
            }
        },
        cancellation);

    private IEnumerable<string> Arguments(string socket)
    {
        var request = options.Request;
        string[] head = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(WallClockRun).Assembly.Location] : [];
        return
        [
            .. head, "simulate", "--task", request.Task, "--socket", socket,
            .. request.MjcfPath is { } mjcf ? ["--mjcf", mjcf] : Array.Empty<string>(),
            .. request.ConfigPath is { } config ? ["--config", config] : Array.Empty<string>(),
        ];
    }
}
