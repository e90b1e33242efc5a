using Robotics.Core.Links;
using Robotics.Core.Time;

namespace Robotics.Controller.Loops;

/// <summary>Mode of the servo loop.</summary>
public enum ServoMode
{
    /// <summary>There has been no plan yet: it holds where the robot stands.</summary>
    Waiting,

    /// <summary>It follows a plan.</summary>
    Following,

    /// <summary>The plan has expired: it holds the last command.</summary>
    Holding,

    /// <summary>It brings velocities and efforts to zero.</summary>
    RampingDown,

    /// <summary>The loop commands the robot to stop.</summary>
    Stopped,
}

/// <summary>
/// Measurements and commands of one tick of the servo loop. Filled in place; handed to other threads through a triple buffer, or read by
/// further stages of the servo loop itself.
/// </summary>
public sealed class ServoReport(int joints, int channels, int actionDimension)
{
    /// <summary>Counts ticks with a valid state from 1; 0 while the robot has not been read.</summary>
    public long Sequence { get; set; }

    /// <summary>Scheduled time of the tick.</summary>
    public MonotonicTime At { get; set; }

    /// <summary>The newest joint state.</summary>
    public RobotState State { get; } = new(joints);

    /// <summary>Result of reading the state.</summary>
    public LinkStatus ReadStatus { get; set; } = LinkStatus.Disconnected;

    /// <summary>Mode of the loop.</summary>
    public ServoMode Mode { get; set; }

    /// <summary>[action], the action of the plan that is in force; the last one once it has expired.</summary>
    public float[] Action { get; } = new float[actionDimension];

    /// <summary>[channels], the command before the guard, SI.</summary>
    public double[] Requested { get; } = new double[channels];

    /// <summary>[channels], the command after the guard, SI.</summary>
    public double[] Applied { get; } = new double[channels];

    /// <summary>Result of writing the command.</summary>
    public LinkStatus WriteStatus { get; set; } = LinkStatus.Disconnected;

    /// <summary>Copies everything from another report of the same robot.</summary>
    public void CopyFrom(ServoReport other)
    {
        Sequence = other.Sequence;
        At = other.At;
        State.CopyFrom(other.State);
        ReadStatus = other.ReadStatus;
        Mode = other.Mode;
        other.Action.CopyTo(Action, 0);
        other.Requested.CopyTo(Requested, 0);
        other.Applied.CopyTo(Applied, 0);
        WriteStatus = other.WriteStatus;
    }
}

/// <summary>Event counts of the servo loop. Written by its thread; read from any, for reports.</summary>
public sealed class ServoCounters
{
    private readonly long[] _modes = new long[Enum.GetValues<ServoMode>().Length];
    private readonly long[] _reads = new long[Enum.GetValues<LinkStatus>().Length];
    private readonly long[] _writes = new long[Enum.GetValues<LinkStatus>().Length];

    /// <summary>Plans taken into force.</summary>
    public long PlansFollowed { get; internal set; }

    /// <summary>Plans that a newer one replaced before they came into force.</summary>
    public long PlansSuperseded { get; internal set; }

    /// <summary>Ticks in which the state was too old to move on.</summary>
    public long StateTimeouts { get; internal set; }

    /// <summary>Ticks in a mode.</summary>
    public long Ticks(ServoMode mode) => Volatile.Read(ref _modes[(int)mode]);

    /// <summary>Reads that went so.</summary>
    public long Reads(LinkStatus status) => Volatile.Read(ref _reads[(int)status]);

    /// <summary>Writes that went so; a tick that stops the robot writes nothing.</summary>
    public long Writes(LinkStatus status) => Volatile.Read(ref _writes[(int)status]);

    internal void CountMode(ServoMode mode) => _modes[(int)mode]++;

    internal void CountRead(LinkStatus status) => _reads[(int)status]++;

    internal void CountWrite(LinkStatus status) => _writes[(int)status]++;
}
