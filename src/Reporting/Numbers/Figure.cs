using System.Globalization;

namespace Robotics.Reporting.Numbers;

/// <summary>Formats numbers as text for people. Thread-safe.</summary>
public static class Figure
{
    /// <summary>Four significant digits, no exponent in the usual range, a real minus; a dash for what is not a number.</summary>
    public static string From(double value)
    {
        if (double.IsNaN(value))
            return "–";
        if (double.IsInfinity(value))
            return value > 0 ? "∞" : "−∞";
        var size = Math.Abs(value);
        var text = size == 0 ? "0"
            : size is >= 1e6 or < 1e-4 ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
            : value.ToString(
                "F" + Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 7).ToString(CultureInfo.InvariantCulture),
                CultureInfo.InvariantCulture);
        return text.Replace('-', '−');
    }

    /// <summary>A share as a percentage with one decimal.</summary>
    public static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    /// <summary>A count with thin spaces between thousands.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202F');
}
