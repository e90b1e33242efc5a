using System.Globalization;

namespace Robotics.Core;

/// <summary>Range checks of options with one wording. Thread-safe; for set-up.</summary>
public static class OptionRange
{
    /// <summary>Throws unless low ≤ value ≤ high.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range, or not a number.</exception>
    public static void Check(double value, double low, double high, string name)
    {
        if (value >= low && value <= high)
            return;
        var range = high == double.MaxValue || double.IsPositiveInfinity(high)
            ? string.Create(CultureInfo.InvariantCulture, $"{low} or more")
            : string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}");
        throw new ArgumentOutOfRangeException(name, string.Create(CultureInfo.InvariantCulture, $"must be {range}, not {value}"));
    }
}
