using Robotics.Core.Beliefs;
using Robotics.Core.Time;

namespace Robotics.StateEstimation.Tracking;

/// <summary>
/// The last K ticks of beliefs, embeddings, actions and observations. A datum is applied at the tick in whose interval it was
/// captured, however late it came, and everything since is replayed, so that the belief is the same, bit for bit, as if it had come
/// in time. A datum older than K ticks is counted and left out. An estimator that yields numbers that are not finite is overruled: the
/// prediction stands, and it is counted. Used by one thread; does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class BeliefHistory
{
    private readonly IStateEstimator _estimator;
    private readonly TickRecord[] _ring;
    private readonly ModalityTally[] _tallies;
    private int _newest = -1;
    private int _count;
    private int _dirty = int.MaxValue;

    /// <summary>Creates the history; <see cref="Restart"/> begins it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BeliefHistory(IStateEstimator estimator, BeliefHistoryOptions options)
    {
        options.Validate();
        _estimator = estimator;
        _ring = new TickRecord[options.Ticks];
        for (var i = 0; i < _ring.Length; i++)
            _ring[i] = new TickRecord(estimator, options.ActionDimension);
        _tallies = [.. estimator.Modalities.Select(_ => new ModalityTally())];
    }

    /// <summary>
    /// The belief at the tick in progress; up to date after <see cref="Update"/>. It belongs to the history: copy what is to be
    /// kept.
    /// </summary>
    public Belief Current => Record(0).Posterior;

    /// <summary>Data that have arrived for the current tick.</summary>
    public ObservationFrame Frame => Record(0).Frame;

    /// <summary>Ticks that are remembered.</summary>
    public int Count => _count;

    /// <summary>Ticks replayed so far because something came late.</summary>
    public long Replayed { get; private set; }

    /// <summary>Corrections and predictions that were not finite and were overruled.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Counts of the results of one modality's data.</summary>
    public ModalityTally Tally(int modality) => _tallies[modality];

    /// <summary>Forgets everything and begins with the estimator's first belief. Counters go on.</summary>
    /// <param name="at">The first tick.</param>
    /// <param name="since">Data captured before this moment are too late; null takes everything until then into the first tick.</param>
    public void Restart(MonotonicTime at, MonotonicTime? since = null)
    {
        (_newest, _count, _dirty) = (-1, 0, int.MaxValue);
        var record = Push(at, new MonotonicTime(since is { Nanoseconds: > long.MinValue } first ? first.Nanoseconds - 1 : long.MinValue));
        _estimator.Reset(record.Prior);
        record.Prior.At = at;
        record.Posterior.CopyFrom(record.Prior);
    }

    /// <summary>Begins the next tick: the belief is predicted over the action that acted since the tick before.</summary>
    public void Advance(MonotonicTime at, ReadOnlySpan<float> action)
    {
        Update();
        var before = Record(0);
        var record = Push(at, before.At);
        action.CopyTo(record.Action);
        Predict(before, record);
        Inherit(before.Frame, record.Frame);
        record.Posterior.CopyFrom(record.Prior);
    }

    /// <summary>Inserts a datum at its tick, the current or an earlier one. <see cref="Update"/> then updates the belief.</summary>
    /// <param name="modality">Index among the estimator's modalities.</param>
    /// <param name="capturedAt">Capture time.</param>
    /// <param name="values">[modality's dimension].</param>
    public OfferStatus Offer(int modality, MonotonicTime capturedAt, ReadOnlySpan<float> values)
    {
        var status = Place(modality, capturedAt, values);
        _tallies[modality].Count(status);
        return status;
    }

    /// <summary>Applies what was offered, and replays from the earliest tick that it concerns.</summary>
    /// <returns>Ticks that were computed again.</returns>
    public int Update()
    {
        if (_dirty == int.MaxValue)
            return 0;
        var first = _dirty;
        _dirty = int.MaxValue;
        for (var back = first; back >= 0; back--)
        {
            var record = Record(back);
            if (back < first)
            {
                Predict(Record(back + 1), record);
                Inherit(Record(back + 1).Frame, record.Frame);
            }

            Correct(record);
        }

        Replayed += first;
        return first;
    }

    private OfferStatus Place(int modality, MonotonicTime capturedAt, ReadOnlySpan<float> values)
    {
        if (values.Length != _estimator.Modalities[modality].Dimension)
            return OfferStatus.WrongSize;
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return OfferStatus.NotFinite;
        }

        if (capturedAt > Record(0).At)
            return OfferStatus.Early;
        for (var back = 0; back < _count; back++)
        {
            if (capturedAt > Record(back).Since)
                return Put(Record(back), back, modality, capturedAt, values);
        }

        return OfferStatus.TooLate;
    }

    private OfferStatus Put(TickRecord record, int back, int modality, MonotonicTime capturedAt, ReadOnlySpan<float> values)
    {
        var reading = record.Frame[modality];
        if (reading.IsNew && reading.CapturedAt >= capturedAt)
            return OfferStatus.Superseded;
        values.CopyTo(reading.Values);
        reading.IsNew = true;
        reading.CapturedAt = capturedAt;
        reading.AgeSeconds = Seconds(capturedAt, record.At);
        _estimator.Embed(reading, modality);
        _dirty = _dirty == int.MaxValue ? back : Math.Max(_dirty, back);
        return back == 0 ? OfferStatus.OnTime : OfferStatus.Late;
    }

    private void Predict(TickRecord before, TickRecord record)
    {
        _estimator.Predict(before.Posterior, record.Action, Seconds(before.At, record.At), record.Prior);
        record.Prior.At = record.At;
        if (IsFinite(record.Prior))
            return;
        record.Prior.CopyFrom(before.Posterior);
        record.Prior.At = record.At;
        NotFinite++;
    }

    private void Correct(TickRecord record)
    {
        _estimator.Correct(record.Prior, record.Frame, record.Posterior);
        record.Posterior.At = record.At;
        if (IsFinite(record.Posterior))
            return;
        record.Posterior.CopyFrom(record.Prior);
        NotFinite++;
    }

    /// <summary>Absent readings carry the capture time of the last one.</summary>
    private static void Inherit(ObservationFrame before, ObservationFrame frame)
    {
        for (var m = 0; m < frame.Readings.Length; m++)
        {
            if (frame[m].IsNew || double.IsPositiveInfinity(before[m].AgeSeconds))
                continue;
            frame[m].CapturedAt = before[m].CapturedAt;
            frame[m].AgeSeconds = Seconds(before[m].CapturedAt, frame.At);
        }
    }

    private TickRecord Push(MonotonicTime at, MonotonicTime since)
    {
        _newest = (_newest + 1) % _ring.Length;
        _count = Math.Min(_count + 1, _ring.Length);
        var record = _ring[_newest];
        record.Frame.Clear();
        (record.At, record.Since, record.Frame.At) = (at, since, at);
        return record;
    }

    private TickRecord Record(int back) => _ring[(_newest - back + _ring.Length) % _ring.Length];

    private static double Seconds(MonotonicTime from, MonotonicTime to) => (to.Nanoseconds - from.Nanoseconds) * 1e-9;

    private static bool IsFinite(Belief belief)
    {
        var sum = 0.0;
        foreach (var value in belief.Mean)
            sum += value * 0f;
        foreach (var value in belief.StandardDeviation)
            sum += value * 0f;
        foreach (var value in belief.Carry)
            sum += value * 0;
        return sum == 0;
    }

    private sealed class TickRecord(IStateEstimator estimator, int actions)
    {
        public MonotonicTime At { get; set; }

        public MonotonicTime Since { get; set; }

        public float[] Action { get; } = new float[actions];

        public ObservationFrame Frame { get; } = new(estimator.Modalities);

        public Belief Prior { get; } = estimator.CreateBelief();

        public Belief Posterior { get; } = estimator.CreateBelief();
    }
}
