namespace Robotics.Core.Links;

/// <summary>
/// A check of whole poses, for instance of distances between bodies. Used by the guard's thread; implementations do not allocate or throw
/// and are safe on the tick path.
/// </summary>
public interface IMotionMonitor
{
    /// <summary>Cause that transitions name.</summary>
    SafetyCause Cause { get; }

    /// <summary>Factor on the speed of the command, 0 to 1: 1 where nothing is near, 0 where the motion must stop.</summary>
    /// <param name="measured">[joints], measured positions, rad or m.</param>
    /// <param name="commanded">[joints], positions after the command, rad or m.</param>
    /// <param name="value">Receives the figure that was compared, for instance a distance, m.</param>
    /// <param name="limit">Receives what it was compared with.</param>
    double SpeedScale(ReadOnlySpan<double> measured, ReadOnlySpan<double> commanded, out double value, out double limit);
}
