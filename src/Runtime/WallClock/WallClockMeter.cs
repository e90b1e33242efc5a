using Robotics.Core.Time;

namespace Robotics.Runtime.WallClock;

/// <summary>Measures the machine load of a wall-clock run, from construction on. One thread.</summary>
public sealed class WallClockMeter : IDisposable
{
    private readonly IClock _clock;
    private readonly IRunTarget _robot;
    private readonly MonotonicTime _start;
    private readonly TimeSpan _simulatorTime;
    private readonly TimeSpan _controllerTime;
    private readonly long _bytes;
    private readonly int _collections;

    /// <summary>Starts measuring, after a garbage collection, so that earlier garbage delays no tick.</summary>
    public WallClockMeter(IClock clock, IRunTarget robot)
    {
        GC.Collect();
        (_clock, _robot) = (clock, robot);
        Images = new ImageCounter(robot.Cameras);
        _collections = GC.CollectionCount(0);
        _bytes = GC.GetTotalAllocatedBytes(precise: true);
        (_simulatorTime, _controllerTime, _start) = (robot.SimulatorTime, Environment.CpuUsage.TotalTime, clock.Now);
    }

    /// <summary>Counts the images; the caller polls it.</summary>
    public ImageCounter Images { get; }

    /// <summary>Machine load so far.</summary>
    /// <param name="controlBytes">Bytes allocated by the control thread.</param>
    /// <param name="servoBytes">Bytes allocated by the servo thread.</param>
    public WallClockLoad Read(long controlBytes, long servoBytes) => new(
        (_clock.Now - _start).TotalSeconds,
        _robot.SimulatorTime - _simulatorTime,
        Environment.CpuUsage.TotalTime - _controllerTime,
        Images.Count,
        Images.Lost,
        controlBytes,
        servoBytes,
        GC.GetTotalAllocatedBytes(precise: true) - _bytes,
        GC.CollectionCount(0) - _collections);

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();
}
