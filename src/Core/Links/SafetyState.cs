using Robotics.Core.Time;

namespace Robotics.Core.Links;

/// <summary>State of a robot's guard.</summary>
public enum SafetyState
{
    /// <summary>Activated; nothing has been commanded yet.</summary>
    Idle,

    /// <summary>Commands reach the device.</summary>
    Active,

    /// <summary>The robot decelerates to rest within its limits; commands are ignored.</summary>
    Stopping,

    /// <summary>The robot holds the position that was measured once when it came to rest.</summary>
    Holding,

    /// <summary>The device reported a fault of its own; the robot is commanded to stop.</summary>
    Faulted,

    /// <summary>The emergency stop is latched.</summary>
    EmergencyStopped,

    /// <summary>The device cannot be reached.</summary>
    Disconnected,
}

/// <summary>Cause of a transition of the guard or of a warning.</summary>
public enum SafetyCause
{
    /// <summary>A first or a further command.</summary>
    Command,

    /// <summary>The loop asked for a stop: no valid plan, or the end of the run.</summary>
    StopRequested,

    /// <summary>The robot came to rest.</summary>
    AtRest,

    /// <summary>An operator resumed motion, or cleared a fault.</summary>
    Resumed,

    /// <summary>The newest joint state was too old.</summary>
    StaleState,

    /// <summary>A command was NaN or infinite.</summary>
    NotFinite,

    /// <summary>A command was further from the measured position than allowed.</summary>
    CommandJump,

    /// <summary>The joint did not follow its command.</summary>
    TrackingError,

    /// <summary>A joint was measured beyond its position limit.</summary>
    PositionLimit,

    /// <summary>The command would have brought bodies closer to each other or to the border of the workspace than allowed.</summary>
    Clearance,

    /// <summary>A motor was too hot.</summary>
    Temperature,

    /// <summary>The supply voltage was out of range.</summary>
    Voltage,

    /// <summary>A motor's current was too high for too long.</summary>
    Current,

    /// <summary>A gripper was stalled and backed off.</summary>
    GripperStall,

    /// <summary>The device reported a fault of its own.</summary>
    DeviceFault,

    /// <summary>The emergency stop was latched.</summary>
    EmergencyStop,

    /// <summary>The emergency stop was released.</summary>
    EmergencyStopReleased,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    /// <summary>The connection was established again.</summary>
    Reconnected,
}

/// <summary>A transition of the guard; a warning when both states are equal. Immutable.</summary>
/// <param name="At">Time of the tick.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="Cause">Cause.</param>
/// <param name="Index">Channel or joint; −1 where none is meant.</param>
/// <param name="Value">The value that caused it, in the unit of the cause; NaN where there is none.</param>
/// <param name="Limit">The limit that it was compared with; NaN where there is none.</param>
public readonly record struct SafetyEvent(
    MonotonicTime At, SafetyState From, SafetyState To, SafetyCause Cause, int Index, double Value, double Limit);

/// <summary>
/// The guard's events, oldest first. One writer, one reader; when the reader is slow the newest events are counted and dropped, so that
/// the cause of a stop is kept. Does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class SafetyEvents(int capacity = 256)
{
    private readonly SafetyEvent[] _ring = new SafetyEvent[capacity];
    private long _written;
    private long _read;
    private long _dropped;

    /// <summary>Events dropped so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Takes the oldest event: for the reader.</summary>
    public bool TryTake(out SafetyEvent taken)
    {
        var at = _read;
        if (at == Volatile.Read(ref _written))
        {
            taken = default;
            return false;
        }

        taken = _ring[at % _ring.Length];
        Volatile.Write(ref _read, at + 1);
        return true;
    }

    internal void Add(in SafetyEvent added)
    {
        if (_written - Volatile.Read(ref _read) == _ring.Length)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        _ring[_written % _ring.Length] = added;
        Volatile.Write(ref _written, _written + 1);
    }
}
