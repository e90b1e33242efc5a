using Robotics.Core.Links;
using Robotics.Core.Time;

namespace Robotics.Drivers.Devices;

/// <summary>Turns a driver's counters into rates over the time since the last report, at least a second. Thread-safe; allocates.</summary>
internal sealed class RateMeter(DriverCounters counters, IClock clock)
{
    private readonly Lock _lock = new();
    private MonotonicTime _at = clock.Now;
    private long _states;
    private long _commands;
    private double _stateHz;
    private double _commandHz;

    /// <summary>The driver's statistics.</summary>
    /// <param name="newestState">Arrival of the newest state; null before the first.</param>
    public DriverReport Report(MonotonicTime? newestState)
    {
        lock (_lock)
        {
            var now = clock.Now;
            var (states, commands) = (counters.States, counters.Commands);
            if ((now - _at).TotalSeconds is >= 1 and var elapsed)
            {
                (_stateHz, _commandHz) = ((states - _states) / elapsed, (commands - _commands) / elapsed);
                (_at, _states, _commands) = (now, states, commands);
            }

            return new DriverReport(
                counters.Connection, counters.Connections, _stateHz, _commandHz,
                newestState is { } at ? (now - at).TotalSeconds : double.PositiveInfinity, counters.Errors(), counters.LastError);
        }
    }
}
