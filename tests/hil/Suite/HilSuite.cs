using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Hil.Checks;

namespace Robotics.Hil.Suite;

/// <summary>The checks in their order.</summary>
/// <param name="key">Key of the random poses.</param>
internal sealed class HilSuite(RandomKey key)
{
    private readonly HilCheck[] _checks =
    [
        new IdentificationCheck(),
        new DirectionCheck(),
        new TrackingCheck(key.Derive("tracking")),
        new LatencyCheck(),
        new JitterCheck(),
        new WatchdogCheck(),
        new EmergencyStopCheck(),
        new ReconnectCheck(),
        new RecoveryCheck(),
    ];

    /// <summary>Number of checks.</summary>
    public int Count => _checks.Length;

    /// <summary>
    /// Runs the checks. After a check of the robot's identity or directions has failed, nothing moves any more: the rest is skipped.
    /// </summary>
    /// <param name="bench">The robot under test.</param>
    /// <param name="mayMove">False to skip checks that move the robot.</param>
    /// <param name="done">Called after each check.</param>
    /// <param name="cancellationToken">Stops; the robot is brought to rest.</param>
    public async Task<IReadOnlyList<HilOutcome>> RunAsync(
        HilBench bench, bool mayMove, Action<HilOutcome> done, CancellationToken cancellationToken)
    {
        var outcomes = new List<HilOutcome>();
        string? unsafeBecause = null;
        foreach (var check in _checks)
        {
            var from = bench.Clock.Now;
            HilOutcome outcome;
            if (check.Moves && !mayMove)
                outcome = HilOutcome.Skip("moves the robot, which was not allowed; give --move on hardware");
            else if (check.Moves && unsafeBecause is not null)
                outcome = HilOutcome.Skip($"not run because '{unsafeBecause}' failed");
            else
                outcome = await RunAsync(check, bench, cancellationToken);
            outcome = outcome with { Name = check.Name, Seconds = (bench.Clock.Now - from).TotalSeconds };
            if (outcome.Verdict == HilVerdict.Failed && check is (IdentificationCheck or DirectionCheck))
                unsafeBecause ??= check.Name;
            outcomes.Add(outcome);
            done(outcome);
        }

        return outcomes;
    }

    private static async Task<HilOutcome> RunAsync(HilCheck check, HilBench bench, CancellationToken cancellationToken)
    {
        if (check is not RecoveryCheck && bench.Link.NeedsResume)
        {
            // An earlier check failed in a way that left the robot held; each check starts from a robot that moves.
            bench.Link.Resume();
            await bench.WaitAsync(0.1, cancellationToken);
        }

        try
        {
            return await check.RunAsync(bench, cancellationToken);
        }
        catch (UserErrorException e)
        {
            return HilOutcome.From(false, e.Message);
        }
    }
}
