using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;

namespace Robotics.Core.Links;

/// <summary>
/// A device behind a wire. Only Core can write to it, through the <see cref="GuardedLink"/> that <see cref="ActivateAsync"/>
/// returns. Disposing is a safe stop. Set-up throws <see cref="UserErrorException"/>; the protected calls never throw, do not
/// allocate, and return within a fraction of a servo period.
/// </summary>
public abstract class RobotDriver : IAsyncDisposable
{
    /// <summary>Description of the robot; readable before connecting.</summary>
    public abstract RobotSpec Spec { get; }

    /// <summary>Opens the wire; commands no motion.</summary>
    public abstract Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Prepares the robot to move and returns the only object that can move it.</summary>
    public async Task<GuardedLink> ActivateAsync(GuardOptions options, EmergencyStop stop, CancellationToken cancellationToken)
    {
        options.Validate(Spec);
        await EnableAsync(cancellationToken);
        return new GuardedLink(this, options, stop);
    }

    /// <summary>Statistics of the connection. Thread-safe; allocates.</summary>
    public virtual DriverReport Report() => new(
        ConnectionState.Connected, 1, 0, 0, 0, new Dictionary<LinkErrorKind, long>(), null);

    /// <summary>
    /// Switches the motors off: an arm without brakes falls. Only for an operator's command that says that the arm is supported. A
    /// device that cannot be switched off throws.
    /// </summary>
    /// <exception cref="UserErrorException">The device cannot be switched off, or did not confirm it.</exception>
    public virtual Task ReleaseAsync(CancellationToken cancellationToken) =>
        throw new UserErrorException(
            $"the motors of robot '{Spec.Name}' cannot be switched off by its driver; use the device's own switch.");

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Switches the device's motors on; commands no motion: the device's goal is set to its present position before torque comes on.
    /// </summary>
    protected abstract Task EnableAsync(CancellationToken cancellationToken);

    /// <summary>Connections established so far: a change tells that the device was away and may have moved.</summary>
    protected internal virtual long Connections => 1;

    /// <summary>Copies the newest condition of the motors, polled at 5 Hz or more. False when the driver has none.</summary>
    protected internal virtual bool TryReadHealth(DeviceHealth into) => false;

    /// <summary>Copies the newest joint state. <see cref="LinkStatus.Stale"/> when it is the same as at the last read.</summary>
    protected internal abstract LinkStatus TryRead(RobotState into);

    /// <summary>Sends a command that the guard has passed: [channels], SI.</summary>
    protected internal abstract LinkStatus TryWrite(ReadOnlySpan<double> command);

    /// <summary>Brings the device to rest by the best means it has.</summary>
    protected internal abstract LinkStatus TryStop();
}

/// <summary>Brings a robot or a simulator to the start of an episode.</summary>
public interface IEpisodeControl
{
    /// <summary>
    /// Starts an episode: a simulator places everything, a robot homes or asks its operator. For set-up between episodes.
    /// </summary>
    /// <param name="key">Random key of the episode.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ResetAsync(RandomKey key, CancellationToken cancellationToken);
}

/// <summary>State that only a simulator knows: for the scorer, and for controllers of tasks declared privileged.</summary>
public interface IPrivilegedState
{
    /// <summary>Resolves names once, at set-up.</summary>
    /// <exception cref="UserErrorException">A name is unknown.</exception>
    IPrivilegedReader Bind(Quantity quantity);
}

/// <summary>Reads the true value of one quantity. Not thread-safe; safe on the tick path.</summary>
public interface IPrivilegedReader
{
    /// <summary>Copies the true value now into <paramref name="into"/> [quantity's dimension].</summary>
    void Read(Span<double> into);
}
