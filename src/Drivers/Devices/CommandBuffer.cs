using Robotics.Core.Time;

namespace Robotics.Drivers.Devices;

/// <summary>A command on its way from the servo thread to the driver's own thread. Filled in place.</summary>
/// <param name="channels">Command dimension.</param>
internal sealed class CommandBuffer(int channels)
{
    /// <summary>[channels], SI.</summary>
    public double[] Values { get; } = new double[channels];

    /// <summary>Counts commands from 1; 0 before the first.</summary>
    public long Sequence { get; set; }

    /// <summary>True for a stop instead of the values.</summary>
    public bool IsStop { get; set; }

    /// <summary>Time at which the servo thread handed it over.</summary>
    public MonotonicTime At { get; set; }
}
