namespace Robotics.Core;

/// <summary>
/// Hands plans from one planner thread to one servo thread: three buffers and one atomic exchange, so that neither ever waits
/// and the reader always has a whole plan (Simpson's construction with a shared slot). Does not allocate; safe on the tick path.
/// </summary>
public sealed class PlanMailbox
{
    private const int Fresh = 4;
    private readonly ActionPlanBuffer[] _buffers;
    private int _shared = 1;
    private int _writing;
    private int _reading = 2;

    /// <summary>Creates the three buffers.</summary>
    public PlanMailbox(int horizonCapacity, int actionDimension)
    {
        _buffers = [new(horizonCapacity, actionDimension), new(horizonCapacity, actionDimension), new(horizonCapacity, actionDimension)];
    }

    /// <summary>The buffer to fill next: for the planner thread alone.</summary>
    public ActionPlanBuffer Draft => _buffers[_writing];

    /// <summary>Publishes <see cref="Draft"/> and takes another buffer for it: for the planner thread alone.</summary>
    public void Publish() => _writing = Interlocked.Exchange(ref _shared, _writing | Fresh) & ~Fresh;

    /// <summary>The newest published plan: for the servo thread alone. It stays whole until the next call.</summary>
    public ActionPlanBuffer Latest()
    {
        if ((Volatile.Read(ref _shared) & Fresh) != 0)
            _reading = Interlocked.Exchange(ref _shared, _reading) & ~Fresh;
        return _buffers[_reading];
    }
}
