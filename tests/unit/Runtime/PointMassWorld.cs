using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Core.Time;

namespace Robotics.Tests.Unit.Runtime;

/// <summary>A mass on a rail, pushed by a force: a world of twenty lines for tests of what is around it.</summary>
internal sealed class PointMassWorld(TaskDefinition task) : RobotDriver, IEpisodeControl, IPrivilegedState, ISteppedWorld
{
    public const long StepNanoseconds = 10_000_000;
    private readonly ResetSampler _starts = new(task.Reset);
    private double _position;
    private double _velocity;
    private double _force;

    /// <summary>Added to what the sensors report, not to the truth.</summary>
    public double SensorBias { get; init; }

    /// <summary>The step of the world from which the device reports a fault.</summary>
    public long FaultFromStep { get; set; } = long.MaxValue;

    /// <summary>The step of the world at which the device reports a fault once, as a simulation that diverges; null for never.</summary>
    public long? DivergesAtStep { get; set; }

    public override RobotSpec Spec { get; } = new(
        "mass",
        [new JointSpec("rail", JointKind.Slide, double.NegativeInfinity, double.PositiveInfinity)],
        [new CommandChannel("push", 0, ActionMode.Effort, -2, 2)],
        CommandLossBehaviour.Stops,
        0.1);

    public MonotonicTime Now { get; private set; }

    public override Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task ResetAsync(RandomKey key, CancellationToken cancellationToken)
    {
        var start = _starts.Sample(key);
        (_position, _velocity, _force) = (start.Positions[0], start.Velocities[0], 0);
        return Task.CompletedTask;
    }

    public void AdvanceTo(MonotonicTime time)
    {
        for (; Now < time; Now = new MonotonicTime(Now.Nanoseconds + StepNanoseconds))
        {
            _velocity += _force * 0.01;
            _position += _velocity * 0.01;
        }
    }

    public IPrivilegedReader Bind(Quantity quantity) => new Reader(this, quantity.Kind == QuantityKind.JointVelocity);

    protected override Task EnableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected internal override LinkStatus TryRead(RobotState into)
    {
        into.Positions[0] = _position + SensorBias;
        into.Velocities[0] = _velocity;
        (into.CapturedAt, into.ReceivedAt) = (Now, Now);
        if (Now.Nanoseconds / StepNanoseconds >= DivergesAtStep)
        {
            DivergesAtStep = null;
            return LinkStatus.Fault;
        }

        return Now.Nanoseconds / StepNanoseconds >= FaultFromStep ? LinkStatus.Fault : LinkStatus.Ok;
    }

    protected internal override LinkStatus TryWrite(ReadOnlySpan<double> command)
    {
        _force = command[0];
        return LinkStatus.Ok;
    }

    protected internal override LinkStatus TryStop()
    {
        _force = 0;
        return LinkStatus.Ok;
    }

    private sealed class Reader(PointMassWorld world, bool velocity) : IPrivilegedReader
    {
        public void Read(Span<double> into) => into[0] = velocity ? world._velocity : world._position;
    }
}
