using Robotics.Core.Errors;
using Robotics.Core.Links;

namespace Robotics.Drivers.Simulation.World;

/// <summary>
/// The robot of a <see cref="SimulatedWorld"/> behind the same seam as a real one. Used by the thread that advances the world.
/// </summary>
public sealed class SimulatedRobot : RobotDriver
{
    private readonly SimulatedWorld _world;
    private bool _connected;
    private bool _enabled;

    internal SimulatedRobot(SimulatedWorld world, RobotSpec spec)
    {
        _world = world;
        Spec = spec;
    }

    /// <inheritdoc/>
    public override RobotSpec Spec { get; }

    /// <inheritdoc/>
    public override Task ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _connected = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_enabled)
            _world.Halt();
        _connected = _enabled = false;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task EnableAsync(CancellationToken cancellationToken)
    {
        if (!_connected)
            throw new UserErrorException($"Robot '{Spec.Name}' is not connected; connect before activating.");
        _enabled = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override LinkStatus TryRead(RobotState into) => _connected ? _world.Read(into) : LinkStatus.Disconnected;

    /// <inheritdoc/>
    protected override LinkStatus TryWrite(ReadOnlySpan<double> command) => _enabled ? _world.Send(command) : LinkStatus.Disconnected;

    /// <inheritdoc/>
    protected override LinkStatus TryStop()
    {
        if (!_enabled)
            return LinkStatus.Disconnected;
        _world.Halt();
        return LinkStatus.Ok;
    }
}
