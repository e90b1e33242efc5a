using Robotics.Core.Links;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Core.Time;

namespace Robotics.Testing;

/// <summary>
/// An ideal robot in memory: positions jump to their commands, velocities are integrated, efforts are kept. Its faults are scripted.
/// It is also a stepped world, so loops can run on it in lock-step; with a <see cref="Clock"/> it lives by that instead.
/// </summary>
public sealed class InMemoryRobot : RobotDriver, ISteppedWorld
{
    private readonly double[] _command;
    private readonly double[] _positions;
    private long _sequence;

    public InMemoryRobot(params ActionMode[] modes)
    {
        Spec = new RobotSpec(
            "in-memory robot",
            [.. modes.Select((_, i) => new JointSpec($"joint{i}", JointKind.Hinge, double.NegativeInfinity, double.PositiveInfinity))],
            [.. modes.Select((m, i) => new CommandChannel($"joint{i}", i, m, -10, 10))],
            CommandLossBehaviour.Stops,
            0.1);
        _command = new double[modes.Length];
        _positions = new double[modes.Length];
    }

    public override RobotSpec Spec { get; }

    public MonotonicTime Now { get; private set; }

    /// <summary>The clock that moves it whenever it is read or written; null in lock-step.</summary>
    public IClock? Clock { get; init; }

    /// <summary>Joint positions, rad.</summary>
    public double[] Positions => _positions;

    /// <summary>Every command received, while <see cref="RecordsCommands"/>.</summary>
    public List<double[]> Commands { get; } = [];

    public bool RecordsCommands { get; set; } = true;

    public int Writes { get; private set; }

    public int Stops { get; private set; }

    /// <summary>Condition of the motors; null for a robot that reports none.</summary>
    public DeviceHealth? Health { get; set; }

    /// <summary>Connections established so far.</summary>
    public long ConnectionCount { get; set; } = 1;

    protected override long Connections => ConnectionCount;

    /// <summary>Status of reads; unless Ok they leave the state unchanged.</summary>
    public LinkStatus ReadStatus { get; set; }

    /// <summary>Status of writes; unless Ok they have no effect.</summary>
    public LinkStatus WriteStatus { get; set; }

    /// <summary>Connects and activates at once.</summary>
    public async Task<GuardedLink> ActivateAsync(GuardOptions? options = null, EmergencyStop? stop = null)
    {
        await ConnectAsync(CancellationToken.None);
        return await ActivateAsync(options ?? new GuardOptions(), stop ?? new EmergencyStop(), CancellationToken.None);
    }

    public void AdvanceTo(MonotonicTime time)
    {
        if (time <= Now)
            return;
        var seconds = (time - Now).TotalSeconds;
        for (var i = 0; i < _command.Length; i++)
        {
            if (Spec.Channels[i].Mode == ActionMode.Velocity)
                _positions[i] += _command[i] * seconds;
        }

        Now = time;
    }

    public override Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        TryStop();
        return ValueTask.CompletedTask;
    }

    protected override bool TryReadHealth(DeviceHealth into)
    {
        if (Health is not null)
            into.CopyFrom(Health);
        return Health is not null;
    }

    protected override Task EnableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override LinkStatus TryRead(RobotState into)
    {
        AdvanceTo(Clock?.Now ?? Now);
        if (ReadStatus != LinkStatus.Ok)
            return ReadStatus;
        for (var i = 0; i < _positions.Length; i++)
        {
            into.Positions[i] = _positions[i];
            into.Velocities[i] = Spec.Channels[i].Mode == ActionMode.Velocity ? _command[i] : 0;
            into.Efforts[i] = Spec.Channels[i].Mode == ActionMode.Effort ? _command[i] : 0;
        }

        (into.CapturedAt, into.ReceivedAt, into.Sequence) = (Now, Now, _sequence++);
        return LinkStatus.Ok;
    }

    protected override LinkStatus TryWrite(ReadOnlySpan<double> command)
    {
        AdvanceTo(Clock?.Now ?? Now);
        if (WriteStatus != LinkStatus.Ok)
            return WriteStatus;
        Writes++;
        if (RecordsCommands)
            Commands.Add(command.ToArray());
        command.CopyTo(_command);
        for (var i = 0; i < command.Length; i++)
        {
            if (Spec.Channels[i].Mode == ActionMode.Position)
                _positions[i] = command[i];
        }

        return LinkStatus.Ok;
    }

    protected override LinkStatus TryStop()
    {
        Stops++;
        for (var i = 0; i < _command.Length; i++)
        {
            if (Spec.Channels[i].Mode != ActionMode.Position)
                _command[i] = 0;
        }

        return LinkStatus.Ok;
    }
}
