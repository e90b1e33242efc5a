namespace Robotics.StateEstimation.Streams;

/// <summary>
/// Running mean and std of a stream's delay: exact over the first hundred samples, then with exponential forgetting, so that a
/// slow change is followed. A mutable struct; does not allocate; safe on the tick path.
/// </summary>
public struct DelayEstimate
{
    private const int Memory = 100;
    private int _count;
    private double _variance;

    /// <summary>True when at least one sample has been seen.</summary>
    public readonly bool IsKnown => _count > 0;

    /// <summary>Mean, s.</summary>
    public double MeanSeconds { get; private set; }

    /// <summary>Standard deviation, s.</summary>
    public readonly double StdSeconds => Math.Sqrt(_variance);

    /// <summary>Takes in one delay (West 1979 for the weighted variance).</summary>
    public void Add(double seconds)
    {
        _count = Math.Min(_count + 1, Memory);
        var weight = 1.0 / _count;
        var difference = seconds - MeanSeconds;
        MeanSeconds += weight * difference;
        _variance = (1 - weight) * (_variance + (weight * difference * difference));
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_count, MeanSeconds, _variance) = (0, 0, 0);
}
