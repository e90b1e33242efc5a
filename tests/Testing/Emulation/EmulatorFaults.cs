using Robotics.Core.Randomness;
using Robotics.Core.Time;

namespace Robotics.Testing.Emulation;

/// <summary>A message that an emulator is to send at a time.</summary>
/// <param name="Bytes">Its bytes, faults applied.</param>
/// <param name="DueAt">Not before this.</param>
public readonly record struct EmulatedMessage(byte[] Bytes, MonotonicTime DueAt);

/// <summary>
/// Faults of a wire and of what is at its other end, drawn by chance from a key or switched on. Probabilities are per message. What
/// an emulator does not speak of (a serial bus has no half-open connection) it ignores. Thread-safe.
/// </summary>
public sealed class EmulatorFaults
{
    private readonly Lock _lock = new();
    private RandomStream _random;
    private byte[]? _heldBack;

    /// <summary>Creates faults that are all switched off.</summary>
    /// <param name="key">Key of chance.</param>
    public EmulatorFaults(RandomKey key) => _random = key.OpenStream();

    /// <summary>Probability that a message from the device is lost.</summary>
    public double ReplyLoss { get; set; }

    /// <summary>Probability that a message to the device is lost.</summary>
    public double RequestLoss { get; set; }

    /// <summary>Probability that a message from the device comes twice.</summary>
    public double Duplication { get; set; }

    /// <summary>Probability that a message from the device comes after the one that follows it.</summary>
    public double Reordering { get; set; }

    /// <summary>Probability that one byte of a message, in either direction, is changed.</summary>
    public double Corruption { get; set; }

    /// <summary>Probability that a message from the device is late by <see cref="LateBy"/>.</summary>
    public double Lateness { get; set; }

    /// <summary>Lateness of late messages and of late duplicates.</summary>
    public TimeSpan LateBy { get; set; } = TimeSpan.FromMilliseconds(15);

    /// <summary>True when the wire returns what is sent.</summary>
    public bool Echo { get; set; }

    /// <summary>True while the device neither acts nor answers; what it is sent meanwhile is lost.</summary>
    public bool IsStalled { get; set; }

    /// <summary>True while the connection is open, and nothing comes through in either direction.</summary>
    public bool IsHalfOpen { get; set; }

    /// <summary>Offset that the device's own clock has jumped by.</summary>
    public TimeSpan ClockJump { get; set; }

    /// <summary>Messages that a fault changed, held back, doubled or lost.</summary>
    public long Count { get; private set; }

    /// <summary>A message to the device as it arrives; null when it does not.</summary>
    public byte[]? Receive(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (IsStalled || IsHalfOpen || Happens(RequestLoss))
                return null;
            return Corrupted(message);
        }
    }

    /// <summary>A message from the device as it goes out: none, once, twice, late, or after the next.</summary>
    /// <param name="message">The message.</param>
    /// <param name="dueAt">Time of a message without faults.</param>
    public IReadOnlyList<EmulatedMessage> Send(ReadOnlySpan<byte> message, MonotonicTime dueAt)
    {
        lock (_lock)
        {
            var result = new List<EmulatedMessage>();
            if (IsStalled || IsHalfOpen || Happens(ReplyLoss))
                return result;
            var bytes = Corrupted(message);
            if (_heldBack is null && Happens(Reordering))
            {
                _heldBack = bytes;
                return result;
            }

            result.Add(new EmulatedMessage(bytes, Happens(Lateness) ? dueAt + LateBy : dueAt));
            if (Happens(Duplication))
                result.Add(new EmulatedMessage(bytes, dueAt + LateBy));
            if (_heldBack is { } held)
                result.Add(new EmulatedMessage(held, dueAt));
            _heldBack = null;
            return result;
        }
    }

    /// <summary>Switches everything off.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            (ReplyLoss, RequestLoss, Duplication, Reordering, Corruption, Lateness) = (0, 0, 0, 0, 0, 0);
            (Echo, IsStalled, IsHalfOpen, ClockJump, _heldBack) = (false, false, false, TimeSpan.Zero, null);
        }
    }

    private bool Happens(double probability)
    {
        if (probability <= 0 || _random.NextDouble() >= probability)
            return false;
        Count++;
        return true;
    }

    private byte[] Corrupted(ReadOnlySpan<byte> message)
    {
        var bytes = message.ToArray();
        if (bytes.Length > 0 && Happens(Corruption))
            bytes[_random.NextInt32(bytes.Length)] ^= (byte)(1 + _random.NextInt32(255));
        return bytes;
    }
}
