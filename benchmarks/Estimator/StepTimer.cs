using Robotics.Core.Beliefs;
using Robotics.Core.Time;
using Robotics.Reporting.Numbers;

namespace Robotics.Benchmarks.Estimator;

/// <summary>
/// Times steps of one estimator over the same readings again and again; a step is predict, embed every reading, correct. One thread.
/// </summary>
internal sealed class StepTimer
{
    private readonly IStateEstimator _estimator;
    private readonly FilterReadings _readings;
    private readonly IClock _clock;
    private readonly ObservationFrame[] _frames;
    private readonly double[] _seconds;
    private int _next;

    /// <summary>Creates beliefs and frames.</summary>
    /// <param name="estimator">The timed estimator.</param>
    /// <param name="readings">Its input.</param>
    /// <param name="clock">The stopwatch.</param>
    /// <param name="capacity">Maximum number of timed steps; further ones are discarded.</param>
    public StepTimer(IStateEstimator estimator, FilterReadings readings, IClock clock, int capacity = 1_000_000)
    {
        (_estimator, _readings, _clock, _seconds) = (estimator, readings, clock, new double[capacity]);
        _frames = [.. Enumerable.Range(0, readings.Count).Select(i => readings.Frame(i, estimator.Modalities))];
        Belief = estimator.CreateBelief();
        estimator.Reset(Belief);
    }

    /// <summary>Steps timed.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that this thread allocated in the timed steps.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>The belief after the last step.</summary>
    public Belief Belief { get; }

    /// <summary>A step that is not timed.</summary>
    /// <param name="complete">True when every modality has a reading; otherwise the drop-outs apply.</param>
    public void Step(bool complete)
    {
        var index = _next++ % _readings.Count;
        var frame = _frames[index];
        for (var m = 0; m < frame.Readings.Length; m++)
            frame[m].IsNew = complete || _readings.IsPresent(index, m);
        Step(frame, index);
    }

    /// <summary>One timed step, with every modality.</summary>
    public void Run()
    {
        var index = _next++ % _readings.Count;
        var frame = _frames[index];
        foreach (var reading in frame.Readings)
            reading.IsNew = true;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = _clock.Now;
        Step(frame, index);
        var seconds = (_clock.Now - start).TotalSeconds;
        AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
        if (Count < _seconds.Length)
            _seconds[Count++] = seconds;
    }

    /// <summary>Quantile of the step times, ms.</summary>
    public double Milliseconds(double share) => 1000 * Statistics.Quantile(new ArraySegment<double>(_seconds, 0, Count), share);

    private void Step(ObservationFrame frame, int index)
    {
        _estimator.Predict(Belief, _readings.Action(index), _readings.PeriodSeconds, Belief);
        for (var m = 0; m < frame.Readings.Length; m++)
        {
            if (frame[m].IsNew)
                _estimator.Embed(frame[m], m);
        }

        _estimator.Correct(Belief, frame, Belief);
    }
}
