using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Remote;

namespace Robotics.Runtime.WallClock;

/// <summary>Measures from its making on what a wall-clock run costs the machine. One thread.</summary>
public sealed class WallClockMeter : IDisposable
{
    private readonly IClock _clock;
    private readonly SimulatorProcess _simulator;
    private readonly MonotonicTime _start;
    private readonly TimeSpan _simulatorTime;
    private readonly TimeSpan _controllerTime;
    private readonly long _bytes;
    private readonly int _collections;

    /// <summary>Starts measuring. What there is of garbage is collected first, so that it costs no tick later.</summary>
    public WallClockMeter(IClock clock, SimulatorProcess simulator, RemoteSimulator robot)
    {
        GC.Collect();
        (_clock, _simulator) = (clock, simulator);
        Pictures = new ImageCounter(robot.Cameras);
        _collections = GC.CollectionCount(0);
        _bytes = GC.GetTotalAllocatedBytes(precise: true);
        (_simulatorTime, _controllerTime, _start) = (simulator.ProcessorTime, Environment.CpuUsage.TotalTime, clock.Now);
    }

    /// <summary>Counts the pictures; somebody has to poll it.</summary>
    public ImageCounter Pictures { get; }

    /// <summary>What it has cost so far.</summary>
    /// <param name="controlBytes">What the control thread allocated.</param>
    /// <param name="servoBytes">What the servo thread allocated.</param>
    public WallClockLoad Read(long controlBytes, long servoBytes) => new(
        (_clock.Now - _start).TotalSeconds,
        _simulator.ProcessorTime - _simulatorTime,
        Environment.CpuUsage.TotalTime - _controllerTime,
        Pictures.Count,
        Pictures.Lost,
        controlBytes,
        servoBytes,
        GC.GetTotalAllocatedBytes(precise: true) - _bytes,
        GC.CollectionCount(0) - _collections);

    /// <inheritdoc/>
    public void Dispose() => Pictures.Dispose();
}
