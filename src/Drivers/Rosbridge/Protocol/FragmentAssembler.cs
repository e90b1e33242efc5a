using Robotics.Core.Time;

namespace Robotics.Drivers.Rosbridge.Protocol;

/// <summary>
/// Puts messages together from fragments, which may come in any order. Memory is bounded: the lists, the pieces and the bytes of a
/// message, and the time that a list may take. Not thread-safe.
/// </summary>
/// <param name="maximumBytes">Maximum bytes of all pieces that wait.</param>
internal sealed class FragmentAssembler(int maximumBytes)
{
    /// <summary>Maximum number of messages that wait for pieces.</summary>
    public const int MaximumLists = 16;

    /// <summary>Maximum number of pieces of a message.</summary>
    public const int MaximumPieces = 16_384;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, List> _lists = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Adds a piece.</summary>
    /// <param name="id">Identifier of the message.</param>
    /// <param name="number">Place of the piece, from 0.</param>
    /// <param name="total">Number of pieces.</param>
    /// <param name="data">The piece, UTF-8.</param>
    /// <param name="now">Arrival.</param>
    /// <param name="problem">Why the piece was discarded; null when it was not.</param>
    /// <returns>The message when it is complete, else null.</returns>
    public byte[]? Add(string? id, int number, int total, byte[] data, MonotonicTime now, out string? problem)
    {
        problem = null;
        ForgetOld(now);
        if (id is null || total is < 1 or > MaximumPieces || number < 0 || number >= total)
        {
            problem = $"a fragment has the number {number} of {total} and the id '{id}'";
            return null;
        }

        if (!_lists.TryGetValue(id, out var list))
        {
            if (_lists.Count == MaximumLists)
                Forget(_lists.MinBy(l => l.Value.At).Key);
            _lists[id] = list = new List(total);
        }

        if (list.Pieces.Length != total || list.Pieces[number] is not null)
        {
            problem = $"fragment {number} of '{id}' came twice, or with another total";
            return null;
        }

        list.At = now;
        list.Pieces[number] = data;
        list.Count++;
        _bytes += data.Length;
        if (_bytes > maximumBytes)
        {
            Forget(id);
            problem = $"the fragments that wait are larger than {maximumBytes} bytes";
            return null;
        }

        return list.Count == total ? Take(id, list) : null;
    }

    /// <summary>Forgets all pieces: after a reconnect none will follow.</summary>
    public void Clear()
    {
        _lists.Clear();
        _bytes = 0;
    }

    private byte[] Take(string id, List list)
    {
        var message = new byte[list.Pieces.Sum(p => p!.Length)];
        var at = 0;
        foreach (var piece in list.Pieces)
        {
            piece!.CopyTo(message, at);
            at += piece.Length;
        }

        Forget(id);
        return message;
    }

    private void ForgetOld(MonotonicTime now)
    {
        if (_lists.Count == 0)
            return;
        foreach (var id in _lists.Where(l => now - l.Value.At > Timeout).Select(l => l.Key).ToArray())
            Forget(id);
    }

    private void Forget(string id)
    {
        if (_lists.Remove(id, out var list))
            _bytes -= list.Pieces.Sum(p => (long)(p?.Length ?? 0));
    }

    private sealed class List(int total)
    {
        public byte[]?[] Pieces { get; } = new byte[total][];

        public int Count { get; set; }

        public MonotonicTime At { get; set; }
    }
}
