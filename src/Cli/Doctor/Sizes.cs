using System.Globalization;

namespace Robotics.Cli.Doctor;

/// <summary>Byte counts for people.</summary>
internal static class Sizes
{
    /// <summary>Gibibytes with one decimal.</summary>
    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB");
}
