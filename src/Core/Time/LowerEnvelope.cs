namespace Robotics.Core.Time;

/// <summary>
/// The line under a cloud of points (time, offset + delay) that comes closest to it: an edge of the lower convex hull, after Moon,
/// Skelly and Towsley, "Estimation and removal of clock skew from network delay measurements" (INFOCOM 1999). Differences: the
/// points are the minima of the last 30 seconds, one a second, and the slope is bounded. Not thread-safe; does not allocate after
/// construction.
/// </summary>
internal sealed class LowerEnvelope(double maximumSlope)
{
    private const int Capacity = 30;
    private const long BucketNanoseconds = 1_000_000_000;
    private readonly long[] _times = new long[Capacity];
    private readonly long[] _values = new long[Capacity];
    private readonly int[] _hull = new int[Capacity];
    private int _head;
    private long _bucket;
    private double _intercept;

    /// <summary>Number of minima kept.</summary>
    public int Count { get; private set; }

    /// <summary>Slope of the line, ns per ns.</summary>
    public double Slope { get; private set; }

    /// <summary>Mean height of the minima above the line, ns: how far delays scatter even at their least.</summary>
    public double MeanResidual { get; private set; }

    /// <summary>Forgets all points.</summary>
    public void Clear() => (Count, Slope, MeanResidual, _intercept) = (0, 0, 0, 0);

    /// <summary>Height of the line, ns. Only after a point was added.</summary>
    public double At(long time) => ValueOf(0) + _intercept + (Slope * (time - TimeOf(0)));

    /// <summary>Adds a point; points come in the order of their times.</summary>
    public void Add(long time, long value)
    {
        var bucket = time / BucketNanoseconds;
        if (Count > 0 && bucket <= _bucket)
        {
            var newest = IndexOf(Count - 1);
            if (value >= _values[newest])
                return;
            (_times[newest], _values[newest]) = (time, value);
        }
        else
        {
            Append(bucket, time, value);
        }

        Fit();
    }

    private void Append(long bucket, long time, long value)
    {
        _bucket = bucket;
        if (Count == Capacity)
            (_head, Count) = (IndexOf(1), Count - 1);
        while (Count > 0 && time - TimeOf(0) > Capacity * BucketNanoseconds)
            (_head, Count) = (IndexOf(1), Count - 1);
        var index = IndexOf(Count++);
        (_times[index], _values[index]) = (time, value);
    }

    private int IndexOf(int i) => (_head + i) % Capacity;

    private long TimeOf(int i) => _times[IndexOf(i)];

    private long ValueOf(int i) => _values[IndexOf(i)];

    private void Fit()
    {
        // A slope from the first seconds would be one of jitter: a steady clock is the better guess.
        var slope = Count < 4 ? 0 : Math.Clamp(HullSlope(), -maximumSlope, maximumSlope);
        var (lowest, sum) = (double.PositiveInfinity, 0.0);
        for (var i = 0; i < Count; i++)
        {
            var height = ValueOf(i) - ValueOf(0) - (slope * (TimeOf(i) - TimeOf(0)));
            lowest = Math.Min(lowest, height);
            sum += height;
        }

        (Slope, _intercept, MeanResidual) = (slope, lowest, (sum / Count) - lowest);
    }

    /// <summary>Slope of the hull's edge under the mean time: the line below all points with the least sum of distances to them.</summary>
    private double HullSlope()
    {
        var count = 0;
        var mean = 0.0;
        for (var i = 0; i < Count; i++)
        {
            mean += (TimeOf(i) - TimeOf(0)) / (double)Count;
            while (count >= 2 && SlopeOf(_hull[count - 2], _hull[count - 1]) >= SlopeOf(_hull[count - 1], i))
                count--;
            _hull[count++] = i;
        }

        var edge = 1;
        while (edge < count - 1 && TimeOf(_hull[edge]) - TimeOf(0) < mean)
            edge++;
        return SlopeOf(_hull[edge - 1], _hull[edge]);
    }

    private double SlopeOf(int from, int to) => (ValueOf(to) - ValueOf(from)) / (double)(TimeOf(to) - TimeOf(from));
}
