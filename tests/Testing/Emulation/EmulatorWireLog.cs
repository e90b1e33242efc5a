using Robotics.Core.Time;

namespace Robotics.Testing.Emulation;

/// <summary>Direction of a message, as the device sees it.</summary>
public enum WireDirection
{
    /// <summary>To the device.</summary>
    Received,

    /// <summary>From the device.</summary>
    Sent,
}

/// <summary>A message on the wire, before faults changed it on its way out and after they changed it on its way in.</summary>
/// <param name="At">Time.</param>
/// <param name="Direction">Direction.</param>
/// <param name="Bytes">The message; empty where only the note is kept.</param>
/// <param name="Note">The device's verdict on it.</param>
public readonly record struct WireEntry(MonotonicTime At, WireDirection Direction, byte[] Bytes, string Note = "");

/// <summary>An emulator's own record of its wire; the oldest entries go when it is full. Thread-safe.</summary>
/// <param name="capacity">Entries kept.</param>
public sealed class EmulatorWireLog(int capacity = 1_000_000)
{
    private readonly Lock _lock = new();
    private readonly Queue<WireEntry> _entries = new();

    /// <summary>Entries in order of time.</summary>
    public IReadOnlyList<WireEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    /// <summary>Adds an entry.</summary>
    public void Add(MonotonicTime at, WireDirection direction, ReadOnlySpan<byte> bytes, string note = "")
    {
        lock (_lock)
        {
            if (_entries.Count == capacity)
                _entries.Dequeue();
            _entries.Enqueue(new WireEntry(at, direction, bytes.ToArray(), note));
        }
    }
}
