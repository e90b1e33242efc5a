using Robotics.Configuration.Robots;
using Robotics.Controller.Loops;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Hil.Emulation;

namespace Robotics.Hil.Suite;

/// <summary>The robot under test: driver, guard, loop, and the emulator where there is one. Disposal is a safe stop.</summary>
internal sealed class HilBench : IAsyncDisposable
{
    private static readonly TimeSpan StateTimeout = TimeSpan.FromSeconds(3);
    private readonly RobotDriver _driver;
    private LoopThread? _thread;

    private HilBench(RobotDefinition definition, RobotDriver driver, GuardedLink link, HilTarget? emulator, SystemClock clock)
    {
        (Definition, _driver, Link, Emulator, Clock) = (definition, driver, link, emulator, clock);
        Loop = new HilLoop(link, TimeSpan.FromSeconds(1 / definition.Options.RateHz), clock);
    }

    /// <summary>The robot's file.</summary>
    public RobotDefinition Definition { get; }

    /// <summary>The guard.</summary>
    public GuardedLink Link { get; }

    /// <summary>The servo loop.</summary>
    public HilLoop Loop { get; }

    /// <summary>The emulator; null on hardware.</summary>
    public HilTarget? Emulator { get; }

    /// <summary>The run's clock.</summary>
    public SystemClock Clock { get; }

    /// <summary>Events of the guard, taken so far.</summary>
    public List<SafetyEvent> Events { get; } = [];

    /// <summary>Number of joints.</summary>
    public int Joints => Definition.Joints.Count;

    /// <summary>Statistics of the driver.</summary>
    public DriverReport Report() => _driver.Report();

    /// <summary>Connects, activates and starts the loop; the robot holds where it stands.</summary>
    /// <param name="definition">The robot's file, with the emulator's address where there is one.</param>
    /// <param name="driver">The driver, not yet connected; the bench owns it.</param>
    /// <param name="speedScale">Factor on all speeds.</param>
    /// <param name="emulator">The emulator; null on hardware. The caller owns it.</param>
    /// <param name="clock">The run's clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UserErrorException">The robot cannot be reached or does not fit its file.</exception>
    public static async Task<HilBench> OpenAsync(
        RobotDefinition definition, RobotDriver driver, double speedScale, HilTarget? emulator, SystemClock clock,
        CancellationToken cancellationToken)
    {
        try
        {
            await driver.ConnectAsync(cancellationToken);
            var link = await driver.ActivateAsync(definition.ToGuardOptions(speedScale), new EmergencyStop(), cancellationToken);
            var bench = new HilBench(definition, driver, link, emulator, clock);
            bench._thread = new LoopThread(bench.Loop.Loop, new CorePlan().Resolve(Environment.ProcessorCount).Servo, () => link.TryStop());
            await bench.UntilAsync(() => bench.Loop.HasState, StateTimeout, cancellationToken);
            if (!bench.Loop.HasState)
            {
                await bench.DisposeAsync();
                throw new UserErrorException(
                    $"robot '{definition.Name}' is connected but reported no joint state within {StateTimeout.TotalSeconds} s; "
                    + $"{driver.Report().LastError ?? "check its power and its wiring"}");
            }

            return bench;
        }
        catch
        {
            await driver.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits.</summary>
    public Task WaitAsync(double seconds, CancellationToken cancellationToken) =>
        UntilAsync(() => false, TimeSpan.FromSeconds(seconds), cancellationToken);

    /// <summary>Waits until a condition holds; true when it did in time. Takes the guard's events meanwhile.</summary>
    public Task<bool> UntilAsync(Func<bool> condition, TimeSpan timeout, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var pacer = new WallPacer(Clock);
            var end = Clock.Now + timeout;
            while (!condition())
            {
                cancellationToken.ThrowIfCancellationRequested();
                TakeEvents();
                if (_thread?.Fault is { } fault)
                    throw new InvalidOperationException("The loop's stage threw.", fault);
                if (Clock.Now >= end)
                    return false;
                pacer.WaitUntil(Clock.Now + TimeSpan.FromMilliseconds(2));
            }

            return true;
        },
        cancellationToken);

    /// <summary>Moves to a goal within the guard's limits and waits for the end of the move and for the joints to settle.</summary>
    /// <param name="goal">[joints], rad or m; clipped to the position limits.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task MoveAsync(IReadOnlyList<double> goal, CancellationToken cancellationToken)
    {
        var clipped = Clip(goal);
        var from = Loop.Newest().Positions;
        var seconds = Definition.Joints.Select((j, i) => Math.Abs(clipped[i] - from[i]) * MinimumJerk.PeakSpeed
            / (0.5 * j.MaximumVelocity)).Max();
        var duration = TimeSpan.FromSeconds(Math.Max(0.3, seconds));
        Loop.MoveTo(clipped, Clock.Now, duration);
        await WaitAsync(duration.TotalSeconds + 0.4, cancellationToken);
    }

    /// <summary>A pose inside the position limits with a margin.</summary>
    public double[] Clip(IReadOnlyList<double> pose, double margin = 0.02) =>
        [.. Definition.Joints.Select((j, i) =>
        {
            var inset = margin * (j.Position[1] - j.Position[0]);
            return Math.Clamp(pose[i], j.Position[0] + inset, j.Position[1] - inset);
        })];

    /// <summary>Speeds of all joints now: the emulator's truth, or what the robot reports.</summary>
    public double[] Speeds() => Emulator is { } emulator
        ? [.. Enumerable.Range(0, Joints).Select(i => emulator.Arm.Read(i).Velocity)]
        : Loop.Newest().Velocities;

    /// <summary>Positions of all joints now: the emulator's truth, or what the robot reports.</summary>
    public double[] Positions() => Emulator is { } emulator
        ? [.. Enumerable.Range(0, Joints).Select(i => emulator.Arm.Read(i).Position)]
        : Loop.Newest().Positions;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _thread?.Dispose();
        _thread = null;
        await _driver.DisposeAsync();
        TakeEvents();
    }

    private void TakeEvents()
    {
        lock (Events)
        {
            while (Link.Events.TryTake(out var taken))
                Events.Add(taken);
        }
    }
}
