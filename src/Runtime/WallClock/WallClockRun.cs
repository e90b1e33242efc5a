using Robotics.Configuration.Resets;
using Robotics.Controller.Loops;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Progress;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Core.Time;
using Robotics.Runtime.Tasks;

namespace Robotics.Runtime.WallClock;

/// <summary>
/// Runs a learned controller against the wall clock, on a robot or on the simulator in its own process: a servo thread follows plans, a
/// control thread computes them at the task's rate. Episodes follow one another until the time is up.
/// </summary>
public sealed class WallClockRun(
    TaskSession session, WallClockOptions options, SystemClock clock, Func<string, long, IProgressLine> progress)
{
    private readonly CorePlan _cores = new CorePlan().Resolve(Environment.ProcessorCount);
    private readonly ResetSampler _starts = new(session.Task.Reset);
    private readonly RandomKey _key = RandomKey.FromSeed(options.Request.Seed).Derive("wall clock");

    /// <summary>Runs with the simulator in a process of its own.</summary>
    /// <param name="createController">
    /// Creates estimator and planner once the robot is connected; nothing else may use its model meanwhile.
    /// </param>
    /// <param name="cancellationToken">Stops the run; the robot is brought to rest.</param>
    /// <exception cref="UserErrorException">The simulator's process does not start or fails.</exception>
    public async Task<WallClockReport> RunAsync(
        Func<IRunTarget, ControllerStack> createController, CancellationToken cancellationToken)
    {
        await using var simulator = await SimulatedTarget.StartAsync(session, options.Request, clock, cancellationToken);
        return await RunAsync(simulator, createController, cancellationToken);
    }

    /// <summary>Runs.</summary>
    /// <param name="robot">The robot, connected; the caller owns it.</param>
    /// <param name="createController">
    /// Creates estimator and planner once the robot is connected; nothing else may use its model meanwhile.
    /// </param>
    /// <param name="cancellationToken">Stops the run; the robot is brought to rest.</param>
    /// <exception cref="UserErrorException">The robot is lost, or does not fit the task.</exception>
    public async Task<WallClockReport> RunAsync(
        IRunTarget robot, Func<IRunTarget, ControllerStack> createController, CancellationToken cancellationToken)
    {
        var limits = robot.Limits is { } own ? session.Task.Limits.Within(own, robot.Driver.Spec) : session.Task.Limits;
        var link = await robot.Driver.ActivateAsync(limits, new EmergencyStop(), cancellationToken);
        if (_cores.LockMemory)
            RealTime.TryLockMemory();
        session.Workers.Pin(options.BindsWorkers ? _cores.WorkerCores : null);
        try
        {
            if (options.WarmUpSeconds > 0)
            {
                using var uncounted = new WallClockMeter(clock, robot);
                var warmUp = TimeSpan.FromSeconds(options.WarmUpSeconds);
                using var first = CreateLoops();
                await RunEpisodesAsync(robot, link, first, uncounted, "warming up", 1, warmUp, cancellationToken);
            }

            var length = options.InOneEpisode ? options.Seconds : session.Task.HorizonSteps * session.Task.ControlPeriodSeconds;
            var episodes = Math.Max(1, (int)Math.Round(options.Seconds / length));
            using var loops = CreateLoops();
            using var meter = new WallClockMeter(clock, robot);
            await RunEpisodesAsync(robot, link, loops, meter, "wall clock", episodes, TimeSpan.FromSeconds(length), cancellationToken);
            return loops.Report(meter);
        }
        catch (UserErrorException e) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C reaches the simulator's process too, and that its end is noticed first changes nothing.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }

        WallClockLoops CreateLoops() => new(session, createController(robot), robot, link, options.ServoRateHz, clock);
    }

    private async Task RunEpisodesAsync(
        IRunTarget robot, GuardedLink link, WallClockLoops loops, WallClockMeter meter, string title, int episodes, TimeSpan length,
        CancellationToken cancellationToken)
    {
        using var bar = progress(title, (long)(episodes * length.TotalSeconds));
        for (var i = 0; i < episodes; i++)
        {
            var start = _key.Derive((ulong)i);
            await robot.ResetAsync(link, start, cancellationToken);
            loops.Restart(_starts.Sample(start).Goals, start.Derive("decisions"));
            using (var servo = new LoopThread(loops.Servo.Loop, _cores.Servo, loops.Servo.Stop))
            using (var control = new LoopThread(loops.Control.Loop, _cores.Control))
            {
                var before = i * length;
                await WaitAsync(length, robot, meter, passed => bar.Report((long)(before + passed).TotalSeconds), cancellationToken);
                control.Stop();
                servo.Stop();
                if ((control.Fault ?? servo.Fault) is { } fault)
                    throw new InvalidOperationException("A loop's stage threw.", fault);
            }

            loops.EndEpisode();
            if (!robot.CanGoOn)
                throw new UserErrorException(robot.LostSentence);
        }
    }

    /// <summary>Waits while the loops run, or until the robot disconnects.</summary>
    private Task WaitAsync(
        TimeSpan length, IRunTarget robot, WallClockMeter meter, Action<TimeSpan> report,
        CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var pacer = new WallPacer(clock);
            var start = clock.Now;
            var end = start + length;
            while (clock.Now < end && robot.CanGoOn)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var next = clock.Now + TimeSpan.FromMilliseconds(50);
                pacer.WaitUntil(next < end ? next : end);
                meter.Images.Poll();
                report(clock.Now - start);
            }
        },
        cancellationToken);
}
