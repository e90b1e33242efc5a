using Robotics.Controller.Loops;

namespace Robotics.Runtime.WallClock;

/// <summary>
/// Counts what a loop's thread allocates from the end of an episode's first tick on: nothing, if all is well. The last stage of
/// its loop; runs on the loop's thread.
/// </summary>
public sealed class AllocationStage : ITickStage
{
    private long _before;
    private bool _isCounting;

    /// <inheritdoc/>
    public string Name => "allocations";

    /// <summary>Bytes allocated so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Starts an episode, whose thread is another than the last one's.</summary>
    public void Restart() => _isCounting = false;

    /// <inheritdoc/>
    public void Run(in Tick tick)
    {
        var now = GC.GetAllocatedBytesForCurrentThread();
        if (_isCounting)
            Bytes += now - _before;
        (_before, _isCounting) = (now, true);
    }
}
