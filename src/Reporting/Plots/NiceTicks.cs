using System.Globalization;

namespace Robotics.Reporting.Plots;

/// <summary>Round numbers along an axis (Heckbert 1990, "Nice numbers for graph labels", Graphics Gems). Immutable.</summary>
public sealed class NiceTicks
{
    /// <summary>Chooses ticks that cover a range.</summary>
    /// <param name="low">The smallest value shown.</param>
    /// <param name="high">The largest value shown.</param>
    /// <param name="count">About how many ticks. Default: 6.</param>
    /// <param name="integersOnly">True when ticks are whole numbers. Default: false.</param>
    public NiceTicks(double low, double high, int count = 6, bool integersOnly = false)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high)
            (low, high) = (0, 1);
        if (high - low < 1e-12 * Math.Max(1, Math.Abs(low)))
            (low, high) = (low - Half(low), high + Half(high));
        Step = Nice((high - low) / Math.Max(1, count - 1));
        if (integersOnly)
            Step = Math.Max(1, Math.Round(Step));
        Low = Math.Floor((low / Step) + 1e-9) * Step;
        High = Math.Ceiling((high / Step) - 1e-9) * Step;
        var steps = (int)Math.Round((High - Low) / Step);
        Values = [.. Enumerable.Range(0, steps + 1).Select(i => Low + (i * Step))];
    }

    /// <summary>The first tick, at or below the range.</summary>
    public double Low { get; }

    /// <summary>The last tick, at or above the range.</summary>
    public double High { get; }

    /// <summary>The distance between ticks: 1, 2 or 5 times a power of ten.</summary>
    public double Step { get; }

    /// <summary>The ticks.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>A tick as text, with as many decimals as the step needs.</summary>
    public string Label(double value)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 12);
        var rounded = Math.Round(value, decimals);
        var text = (rounded == 0 ? 0 : rounded).ToString(
            "F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    private static double Half(double value) => value == 0 ? 0.5 : Math.Abs(value) * 0.05;

    private static double Nice(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        var fraction = value / power;
        return power * (fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10);
    }
}
