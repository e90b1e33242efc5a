namespace Robotics.Core.Links;

/// <summary>State of the connection to a device.</summary>
public enum ConnectionState
{
    /// <summary>Not connected, and nothing tries to be.</summary>
    Disconnected,

    /// <summary>The driver is trying to connect, for the first time or again.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Connected,
}

/// <summary>Kind of a communication error.</summary>
public enum LinkErrorKind
{
    /// <summary>No reply in time.</summary>
    Timeout,

    /// <summary>A checksum was wrong, or a message could not be parsed.</summary>
    Corrupt,

    /// <summary>A valid message that answers nothing that was asked: late, duplicate, or of another device.</summary>
    Unexpected,

    /// <summary>The device reported an error of its own.</summary>
    DeviceError,

    /// <summary>A message was dropped because a queue was full or the wire too slow.</summary>
    Overflow,

    /// <summary>A command was discarded because it was too old to send.</summary>
    Expired,

    /// <summary>The connection broke.</summary>
    Disconnected,
}

/// <summary>Statistics of a driver. Immutable.</summary>
/// <param name="Connection">State of the connection.</param>
/// <param name="Connections">Connections established so far; above 1 after a reconnect.</param>
/// <param name="StateHz">State readings per second over the last seconds.</param>
/// <param name="CommandHz">Commands sent per second over the last seconds.</param>
/// <param name="StateAgeSeconds">Age of the newest state, s; +∞ before the first.</param>
/// <param name="Errors">Number of errors by kind; kinds without errors are left out.</param>
/// <param name="LastError">Sentence about the last error; null without one.</param>
public sealed record DriverReport(
    ConnectionState Connection,
    long Connections,
    double StateHz,
    double CommandHz,
    double StateAgeSeconds,
    IReadOnlyDictionary<LinkErrorKind, long> Errors,
    string? LastError);

/// <summary>
/// Statistics that a driver's threads count. Counting is lock-free and does not allocate; safe on the tick path. Messages are for
/// set-up and for the driver's own threads.
/// </summary>
public sealed class DriverCounters
{
    private readonly long[] _errors = new long[Enum.GetValues<LinkErrorKind>().Length];
    private long _states;
    private long _commands;
    private long _connections;
    private int _connection;
    private string? _lastError;

    /// <summary>State readings so far.</summary>
    public long States => Interlocked.Read(ref _states);

    /// <summary>Commands sent so far.</summary>
    public long Commands => Interlocked.Read(ref _commands);

    /// <summary>Connections established so far.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>State of the connection. Setting it to connected counts a connection.</summary>
    public ConnectionState Connection
    {
        get => (ConnectionState)Volatile.Read(ref _connection);
        set
        {
            if (value == ConnectionState.Connected && Connection != ConnectionState.Connected)
                Interlocked.Increment(ref _connections);
            Volatile.Write(ref _connection, (int)value);
        }
    }

    /// <summary>Sentence about the last error; null without one.</summary>
    public string? LastError
    {
        get => Volatile.Read(ref _lastError);
        set => Volatile.Write(ref _lastError, value);
    }

    /// <summary>Counts a state reading.</summary>
    public void CountState() => Interlocked.Increment(ref _states);

    /// <summary>Counts a command sent.</summary>
    public void CountCommand() => Interlocked.Increment(ref _commands);

    /// <summary>Counts an error.</summary>
    public void Count(LinkErrorKind kind) => Interlocked.Increment(ref _errors[(int)kind]);

    /// <summary>Number of errors of a kind.</summary>
    public long ErrorsOf(LinkErrorKind kind) => Interlocked.Read(ref _errors[(int)kind]);

    /// <summary>Errors by kind; kinds without errors are left out. Allocates.</summary>
    public IReadOnlyDictionary<LinkErrorKind, long> Errors() =>
        Enum.GetValues<LinkErrorKind>().Where(k => ErrorsOf(k) > 0).ToDictionary(k => k, ErrorsOf);
}
