using Robotics.Reporting.Numbers;

namespace Robotics.Learning.Calibration;

/// <summary>
/// Counts the ranks of true values among the particles that predicted them. P exchangeable particles divide the line into P + 1 slots
/// of equal probability; a true value in slot r counts for all of [r, r + 1] / (P + 1), so that a calibrated model attains its
/// levels in expectation with any number of particles. Not thread-safe.
/// </summary>
internal sealed class CoverageTally(double[] levels)
{
    private const int Bins = 10;
    private readonly double[] _inside = new double[levels.Length];
    private readonly double[] _bins = new double[Bins];
    private double _squaredError;
    private double _squaredChange;
    private double _spread;

    public long Samples { get; private set; }

    /// <summary>Counts one true value.</summary>
    /// <param name="errors">[particles], particle minus true value; wrapped for angles.</param>
    /// <param name="change">True value minus the value at the start of the prediction.</param>
    public void Add(ReadOnlySpan<double> errors, double change)
    {
        var (below, sum, squares) = (0, 0.0, 0.0);
        foreach (var e in errors)
        {
            below += e < 0 ? 1 : 0;
            sum += e;
            squares += e * e;
        }

        var mean = sum / errors.Length;
        _squaredError += mean * mean;
        _squaredChange += change * change;
        _spread += Math.Sqrt(Math.Max(0, (squares / errors.Length) - (mean * mean)));
        AddSlot(below / (errors.Length + 1.0), (below + 1) / (errors.Length + 1.0));
        Samples++;
    }

    /// <summary>Adds another tally of the same levels; its errors must have the same unit.</summary>
    public void Add(CoverageTally other)
    {
        Samples += other.Samples;
        _squaredError += other._squaredError;
        _spread += other._spread;
        for (var i = 0; i < _inside.Length; i++)
            _inside[i] += other._inside[i];
        for (var i = 0; i < Bins; i++)
            _bins[i] += other._bins[i];
    }

    /// <summary>The coverage so far.</summary>
    public CoverageRow ToRow(int horizon, string? element) => new(
        horizon,
        element,
        Samples,
        [.. _inside.Select(i => i / Samples)],
        element is null ? double.NaN : Math.Sqrt(_squaredError / Samples),
        element is null ? double.NaN : _spread / Samples,
        element is null ? double.NaN : Math.Sqrt(_squaredError / _squaredChange),
        [.. _bins.Select(b => b / Samples)]);

    private void AddSlot(double from, double to)
    {
        for (var i = 0; i < levels.Length; i++)
            _inside[i] += Overlap(from, to, 0.5 - (levels[i] / 2), 0.5 + (levels[i] / 2)) / (to - from);
        for (var i = 0; i < Bins; i++)
            _bins[i] += Overlap(from, to, (double)i / Bins, (i + 1.0) / Bins) / (to - from);
    }

    private static double Overlap(double a0, double a1, double b0, double b1) => Math.Max(0, Math.Min(a1, b1) - Math.Max(a0, b0));
}
