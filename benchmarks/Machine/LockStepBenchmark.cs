using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Learning.Episodes;
using Robotics.Learning.Sessions;
using Robotics.Runtime.LockStep;

namespace Robotics.Benchmarks.Machine;

/// <summary>
/// Steps per second in lock-step, with random actions and without planner or cameras: the cost of servo loop, plan follower, guard, control
/// loop and scorer in addition to the physics. One thread.
/// </summary>
/// <param name="session">The task, without cameras.</param>
/// <param name="clock">The machine's clock.</param>
/// <param name="seed">Seed of initial states and actions.</param>
internal sealed class LockStepBenchmark(LearningSession session, IClock clock, ulong seed)
{
    /// <summary>Number of rounds; the first, in which code is compiled, does not count.</summary>
    public const int Rounds = 6;

    private readonly List<double> _rates = [];

    /// <summary>[rounds − 1], steps per second.</summary>
    public IReadOnlyList<double> StepsPerSecond => _rates;

    /// <summary>Steps that were timed.</summary>
    public long Steps { get; private set; }

    /// <summary>Bytes allocated by the timed steps, without the resets between episodes.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Runs all rounds.</summary>
    /// <param name="seconds">Duration of all rounds together, s.</param>
    /// <param name="cancellationToken">Stops between two episodes.</param>
    public async Task RunAsync(double seconds, CancellationToken cancellationToken)
    {
        var environment = session.Environment;
        var loops = new LockStepRunner(environment, session.CreateController(new RandomPolicy()));
        var step = environment.CreateStep();
        var keys = new ExperimentKeys(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var (start, steps, bytes) = (clock.Now, 0L, 0L);
            for (var i = 0; (clock.Now - start).TotalSeconds < seconds / Rounds; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await loops.ResetAsync(ExperimentKeys.Start(keys.Evaluation(i)), keys.Evaluation(i), cancellationToken);
                var before = GC.GetAllocatedBytesForCurrentThread();
                while (environment.StepCount < environment.Task.HorizonSteps && loops.Step(step) is LinkStatus.Ok or LinkStatus.Limited)
                    steps++;
                bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            if (round == 0)
                continue;
            _rates.Add(steps / (clock.Now - start).TotalSeconds);
            (Steps, AllocatedBytes) = (Steps + steps, AllocatedBytes + bytes);
        }
    }
}
