using Robotics.Core.Threading;

namespace Robotics.Controller.Loops;

/// <summary>Kernel services that a thread was granted. Immutable.</summary>
/// <param name="Pinned">It is bound to its core, or none was asked for.</param>
/// <param name="FixedPriority">It has its fixed priority, or none was asked for.</param>
/// <param name="SharpTimers">Its timers are exact to a microsecond.</param>
public sealed record ThreadGrants(bool Pinned, bool FixedPriority, bool SharpTimers);

/// <summary>
/// A dedicated thread that runs one loop until stopped. Whatever ends it, <c>whenEnded</c> runs last on that thread: bring the
/// robot to rest there. Thread-safe; for set-up.
/// </summary>
public sealed class LoopThread : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TickLoop _loop;
    private readonly ThreadPlacement _placement;
    private readonly Action? _whenEnded;
    private readonly Thread _thread;
    private Exception? _fault;
    private ThreadGrants? _grants;

    /// <summary>Starts the thread.</summary>
    /// <param name="loop">Loop to run.</param>
    /// <param name="placement">Where; what the system refuses is noted in <see cref="Grants"/>.</param>
    /// <param name="whenEnded">Runs on the thread after the last tick, also after a fault.</param>
    public LoopThread(TickLoop loop, ThreadPlacement placement, Action? whenEnded = null)
    {
        (_loop, _placement, _whenEnded) = (loop, placement, whenEnded);
        _thread = new Thread(Serve) { IsBackground = true, Name = loop.Name };
        _thread.Start();
    }

    /// <summary>Exception thrown by a stage: a defect. Null while all is well.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Granted kernel services; null until the thread has started.</summary>
    public ThreadGrants? Grants => Volatile.Read(ref _grants);

    /// <summary>True while the loop runs.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>Asks the loop to end after its tick and waits for that.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

#pragma warning disable CA1031 // a fault of any kind must bring the robot to rest and be reported, not end the process
    private void Serve()
    {
        try
        {
            Volatile.Write(ref _grants, Place());
            _loop.Run(_stop.Token);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _fault, e);
        }
        finally
        {
            _whenEnded?.Invoke();
        }
    }
#pragma warning restore CA1031

    private ThreadGrants Place() => new(
        _placement.Core is not { } core || RealTime.TryPinCurrentThread(core),
        _placement.FifoPriority == 0 || RealTime.TrySetFifoPriority(_placement.FifoPriority),
        RealTime.TrySharpenTimers());
}
