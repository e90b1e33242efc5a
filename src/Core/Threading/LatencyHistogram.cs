using System.Numerics;

namespace Robotics.Core.Threading;

/// <summary>
/// Counts durations in buckets of at most 1.6 % relative width (64 per power of two), from 1 ns to 2⁶² ns. One writer; readers
/// of another thread see a recent state. Recording does not allocate; safe on the tick path.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private readonly long[] _counts = new long[(63 - SubBits + 1) << SubBits];
    private long _total;
    private long _max;
    private double _sum;

    /// <summary>Durations recorded.</summary>
    public long Count => Volatile.Read(ref _total);

    /// <summary>The longest, ns.</summary>
    public long MaximumNanoseconds => Volatile.Read(ref _max);

    /// <summary>The mean, ns; 0 when empty.</summary>
    public double MeanNanoseconds => _total == 0 ? 0 : _sum / _total;

    /// <summary>Records one duration; a negative one counts as 0.</summary>
    public void Record(long nanoseconds)
    {
        var value = Math.Max(0, nanoseconds);
        _counts[BucketOf(value)]++;
        _sum += value;
        if (value > _max)
            Volatile.Write(ref _max, value);
        Volatile.Write(ref _total, _total + 1);
    }

    /// <summary>The duration below which a share of all lies (upper edge of its bucket), ns; 0 when empty.</summary>
    /// <param name="share">0 to 1, for example 0.99.</param>
    public long Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * _total);
        var seen = 0L;
        for (var i = 0; i < _counts.Length && rank > 0; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Math.Min(UpperEdge(i), _max);
        }

        return 0;
    }

    /// <summary>The buckets that hold anything: (upper edge in ns, count), ascending. Allocates: for reports.</summary>
    public IEnumerable<(long UpperNanoseconds, long Count)> Buckets() =>
        Enumerable.Range(0, _counts.Length).Where(i => _counts[i] > 0).Select(i => (UpperEdge(i), _counts[i]));

    private static int BucketOf(long value)
    {
        if (value < 1 << SubBits)
            return (int)value;
        var shift = 63 - BitOperations.LeadingZeroCount((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - (1 << SubBits));
    }

    private static long UpperEdge(int bucket)
    {
        if (bucket < 1 << SubBits)
            return bucket;
        var shift = (bucket >> SubBits) - 1;
        return ((((long)bucket & ((1 << SubBits) - 1)) + (1 << SubBits) + 1) << shift) - 1;
    }
}
