namespace Robotics.Hil.Suite;

/// <summary>A move from rest to rest along the polynomial of minimum jerk (Flash and Hogan 1985). Immutable; thread-safe.</summary>
internal static class MinimumJerk
{
    /// <summary>Peak speed of a move of length 1 in 1 s.</summary>
    public const double PeakSpeed = 1.875;

    /// <summary>Fraction of the way at a fraction of the time, both 0 to 1.</summary>
    public static double At(double time)
    {
        var t = Math.Clamp(time, 0, 1);
        return t * t * t * (10 + (t * (-15 + (6 * t))));
    }
}
