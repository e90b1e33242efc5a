using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Robotics.Core.Errors;

/// <summary>
/// Range checks of options with one wording. A range is stated once, as <see cref="RangeAttribute"/> on the property; that of a
/// <see cref="TimeSpan"/> is in seconds. Thread-safe; for set-up.
/// </summary>
public static class OptionRange
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Ranged = new();

    /// <summary>Throws unless each property that states a range is within it; null is within any.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range; the parameter's name is the property's.</exception>
    public static void Check(object options)
    {
        foreach (var property in Ranged.GetOrAdd(options.GetType(), FindRanged))
        {
            if (Problem(property, property.GetValue(options)) is { } problem)
                throw new ArgumentOutOfRangeException(property.Name, problem);
        }
    }

    /// <summary>
    /// Error message for a property's value; null when the value is within the property's range, or when there is no range.
    /// </summary>
    public static string? Problem(PropertyInfo property, object? value)
    {
        if (value is null || property.GetCustomAttribute<RangeAttribute>() is not { } range)
            return null;
        var (number, unit) = value is TimeSpan time ? (time.TotalSeconds, " s") : (Number(value), "");
        var (low, high) = (Number(range.Minimum), Number(range.Maximum));
        var isAbove = range.MinimumIsExclusive ? number > low : number >= low;
        var isBelow = range.MaximumIsExclusive ? number < high : number <= high;
        return isAbove && isBelow ? null : Describe(number, low, high, range.MinimumIsExclusive, unit);
    }

    /// <summary>Throws unless low ≤ value ≤ high.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range, or not a number.</exception>
    public static void Check(double value, double low, double high, string name)
    {
        if (!(value >= low && value <= high))
            throw new ArgumentOutOfRangeException(name, Describe(value, low, high, isLowExclusive: false, unit: ""));
    }

    private static double Number(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static PropertyInfo[] FindRanged(Type type) => [.. type.GetProperties().Where(p => p.IsDefined(typeof(RangeAttribute)))];

    private static string Describe(double value, double low, double high, bool isLowExclusive, string unit)
    {
        var isOpen = high is double.MaxValue or int.MaxValue || double.IsPositiveInfinity(high);
        var range = (isOpen, isLowExclusive) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $"above {low}{unit}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"{low}{unit} or more"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"above {low} and at most {high}{unit}"),
            (false, false) => string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}{unit}"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"must be {range}, not {value}{unit}");
    }
}
