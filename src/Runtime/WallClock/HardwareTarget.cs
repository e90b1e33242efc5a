using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers;

namespace Robotics.Runtime.WallClock;

/// <summary>A robot of a file in config/robots. Between episodes it moves to its home position at a quarter of its speed.</summary>
public sealed class HardwareTarget : IRunTarget
{
    private const double HomingSpeed = 0.25;
    private const double Arrived = 0.1;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);
    private readonly RobotDefinition _definition;
    private readonly SystemClock _clock;

    private HardwareTarget(RobotDefinition definition, RobotDriver driver, SystemClock clock) =>
        (_definition, Driver, _clock) = (definition, driver, clock);

    /// <inheritdoc/>
    public RobotDriver Driver { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ISensorStream<ImageLease>> Cameras { get; } = [];

    /// <inheritdoc/>
    public IPrivilegedState? Privileged => null;

    /// <inheritdoc/>
    public GuardOptions? Limits => _definition.ToGuardOptions();

    /// <inheritdoc/>
    public bool CanGoOn => Driver.Report().Connection != ConnectionState.Disconnected;

    /// <inheritdoc/>
    public string LostSentence => $"robot '{_definition.Name}' is gone; {Driver.Report().LastError ?? "check its power and its wiring"}";

    /// <inheritdoc/>
    public TimeSpan SimulatorTime => TimeSpan.Zero;

    /// <summary>Connects to a robot.</summary>
    /// <exception cref="UserErrorException">The robot cannot be reached or does not fit its file.</exception>
    public static async Task<HardwareTarget> ConnectAsync(
        RobotDefinition definition, SystemClock clock, CancellationToken cancellationToken)
    {
        if (definition.Options.Cameras.Length > 0)
            throw new UserErrorException(
                $"{definition.LocationOf("cameras")}: this version runs pipelines without a robot's own cameras; remove 'cameras' from a "
                + "copy of the file, or run on the simulator");
        var driver = RobotDriverFactory.Create(definition, clock);
        try
        {
            await driver.ConnectAsync(cancellationToken);
            return new HardwareTarget(definition, driver, clock);
        }
        catch
        {
            await driver.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The robot does not answer, is held, or does not arrive.</exception>
    public Task ResetAsync(GuardedLink link, RandomKey key, CancellationToken cancellationToken) =>
        Task.Run(() => MoveHome(link, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Driver.DisposeAsync();

    private void MoveHome(GuardedLink link, CancellationToken cancellationToken)
    {
        var pacer = new WallPacer(_clock);
        var state = WaitForState(link, pacer, cancellationToken);
        var (from, request, applied) = (state.Positions.ToArray(), state.Positions.ToArray(), new double[state.Positions.Length]);
        var start = _clock.Now;
        link.ServoPeriod = Period;
        link.StartFrom(start, from);
        var seconds = _definition.Joints.Select(
            (j, i) => Math.Abs(_definition.Home[i] - from[i]) / (HomingSpeed * j.MaximumVelocity)).Max();
        for (var next = start + Period; (next - start).TotalSeconds < seconds + 0.5; next += Period)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pacer.WaitUntil(next);
            link.TryRead(state);
            var share = seconds > 0 ? Math.Clamp((next - start).TotalSeconds / seconds, 0, 1) : 1;
            for (var i = 0; i < request.Length; i++)
                request[i] = from[i] + (share * (_definition.Home[i] - from[i]));
            if (link.TryWrite(next, request, applied) is not (LinkStatus.Ok or LinkStatus.Limited) and var status)
                throw new UserErrorException($"robot '{_definition.Name}' did not move to its home position: {status}, {link.State}");
        }

        for (var i = 0; i < request.Length; i++)
        {
            if (Math.Abs(state.Positions[i] - _definition.Home[i]) > Arrived)
                throw new UserErrorException(
                    $"joint '{_definition.Joints[i].Name}' stands at {state.Positions[i]:F2} instead of its home position "
                    + $"{_definition.Home[i]:F2}; clear its way, or correct 'home' in {_definition.FilePath}");
        }
    }

    private RobotState WaitForState(GuardedLink link, WallPacer pacer, CancellationToken cancellationToken)
    {
        var state = new RobotState(_definition.Joints.Count);
        for (var end = _clock.Now + TimeSpan.FromSeconds(2); _clock.Now < end; pacer.WaitUntil(_clock.Now + Period))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (link.TryRead(state) == LinkStatus.Ok)
                return state;
        }

        throw new UserErrorException($"robot '{_definition.Name}' reported no joint state within 2 s; check its power and its wiring");
    }
}
