using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.StateEstimation.Streams;

namespace Robotics.StateEstimation.Tracking;

/// <summary>
/// Puts the streams together: at each tick it takes what has arrived, never waiting for anything, and gives each sample to the tick
/// in which it was captured. The history's <see cref="BeliefHistory.Frame"/> then states for every modality whether something new is
/// there and how old it is. Samples of the wrong format, that are not finite, from another time, or from a frozen camera are left out
/// and reported. Used by one thread; does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class ObservationAssembler
{
    private const int MaximumEvents = 64;
    private readonly BeliefHistory _history;
    private readonly AssemblyOptions _options;
    private readonly Inlet[] _inlets;
    private readonly StreamEvent[] _events = new StreamEvent[MaximumEvents];
    private int _firstEvent;
    private int _eventCount;
    private bool _started;
    private MonotonicTime _start;

    /// <summary>Creates the assembler.</summary>
    /// <param name="sources">One for each of the estimator's modalities, in its order.</param>
    /// <param name="modalities">The estimator's modalities.</param>
    /// <param name="history">Destination of samples.</param>
    /// <param name="options">Thresholds above which a stream counts as faulty.</param>
    /// <exception cref="UserErrorException">A source does not fit its modality.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ObservationAssembler(
        IReadOnlyList<IModalitySource> sources, IReadOnlyList<ModalitySpec> modalities, BeliefHistory history, AssemblyOptions options)
    {
        options.Validate();
        if (sources.Count != modalities.Count)
            throw new UserErrorException(
                $"the estimator takes {modalities.Count} modalities, but {sources.Count} streams were given; give one stream for each.");
        for (var i = 0; i < sources.Count; i++)
        {
            if (sources[i].Dimension != modalities[i].Dimension)
                throw new UserErrorException(
                    $"stream '{sources[i].Name}' brings {sources[i].Dimension} numbers, but the estimator takes "
                    + $"{modalities[i].Dimension} of '{modalities[i].Name}'; use the camera size and the joints it was trained with.");
        }

        if (options.MaximumAgeSeconds.Count > modalities.Count)
            throw new UserErrorException(
                $"{options.MaximumAgeSeconds.Count} greatest ages were given for {modalities.Count} streams; give at most one for each.");
        (_history, _options) = (history, options);
        _inlets = [.. sources.Select(s => new Inlet(s, options))];
        Names = [.. sources.Select(s => s.Name)];
    }

    /// <summary>[modality], the streams' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Events that were lost because nobody took them.</summary>
    public long EventsLost { get; private set; }

    /// <summary>True when a stream is older than its <see cref="AssemblyOptions.MaximumAgeSeconds"/>, as of the last tick.</summary>
    public bool IsStale { get; private set; }

    /// <summary>
    /// Takes what has arrived. Call it once a tick, after <see cref="BeliefHistory.Advance"/>; the belief is then up to date.
    /// </summary>
    /// <returns>Samples that were applied, to this tick or to an earlier one.</returns>
    public int Gather(MonotonicTime tick)
    {
        if (!_started)
            (_started, _start) = (true, tick);
        var applied = 0;
        IsStale = false;
        for (var i = 0; i < _inlets.Length; i++)
        {
            applied += OfferPending(i) + Drain(i);
            Note(i, tick);
        }

        _history.Update();
        return applied;
    }

    /// <summary>An episode begins: no stream is silent before it has had time to speak. Delays, counts and what waits are kept.</summary>
    public void Restart() => _started = false;

    /// <summary>The oldest event that nobody has taken yet: a stream became faulty, or good again.</summary>
    public bool TryTakeEvent(out StreamEvent taken)
    {
        taken = _events[_firstEvent];
        if (_eventCount == 0)
            return false;
        _firstEvent = (_firstEvent + 1) % MaximumEvents;
        _eventCount--;
        return true;
    }

    /// <summary>Condition of a stream. For displays and reports: allocates.</summary>
    public StreamReport Report(int modality, MonotonicTime now)
    {
        var inlet = _inlets[modality];
        var tally = _history.Tally(modality);
        return new StreamReport(
            inlet.Source.Name, inlet.Reported, inlet.Monitor.Age(now), inlet.Monitor.Delay.MeanSeconds, inlet.Monitor.Delay.StdSeconds,
            inlet.Monitor.Good,
            inlet.Monitor.Refused, inlet.Monitor.Gaps + inlet.Source.Dropped, tally[OfferStatus.Late], tally[OfferStatus.TooLate]);
    }

    /// <summary>A sample that was captured after the tick before belongs to this one.</summary>
    private int OfferPending(int modality)
    {
        var inlet = _inlets[modality];
        if (!inlet.HasPending)
            return 0;
        var status = _history.Offer(modality, inlet.PendingCapturedAt, inlet.Pending);
        inlet.HasPending = status == OfferStatus.Early;
        return IsApplied(status) ? 1 : 0;
    }

    private int Drain(int modality)
    {
        var inlet = _inlets[modality];
        var applied = 0;
        for (var taken = 0; taken < _options.MaximumPerTick; taken++)
        {
            var status = inlet.Source.TryRead(inlet.Values, out var stamp);
            if (status == SourceStatus.Nothing)
                break;
            if (!inlet.Monitor.Accept(status, stamp, status == SourceStatus.Sample ? inlet.Values : []))
                continue;
            var offered = _history.Offer(modality, stamp.CapturedAt, inlet.Values);
            if (offered == OfferStatus.Early)
                inlet.Keep(stamp.CapturedAt);
            applied += IsApplied(offered) ? 1 : 0;
        }

        return applied;
    }

    private static bool IsApplied(OfferStatus status) => status is OfferStatus.OnTime or OfferStatus.Late;

    private void Note(int modality, MonotonicTime tick)
    {
        var inlet = _inlets[modality];
        var age = inlet.Monitor.Age(tick);
        var quiet = Math.Min(age, (tick - _start).TotalSeconds);
        IsStale |= modality < _options.MaximumAgeSeconds.Count && quiet > _options.MaximumAgeSeconds[modality];
        var fault = inlet.Monitor.Fault == StreamFault.None && quiet > _options.SilentAfterSeconds
            ? StreamFault.Silent
            : inlet.Monitor.Fault;
        if (fault == inlet.Reported)
            return;
        inlet.Reported = fault;
        if (_eventCount == MaximumEvents)
        {
            TryTakeEvent(out _);
            EventsLost++;
        }

        _events[(_firstEvent + _eventCount++) % MaximumEvents] = new StreamEvent(modality, fault, tick, age);
    }

    private sealed class Inlet(IModalitySource source, AssemblyOptions options)
    {
        public IModalitySource Source => source;

        public StreamMonitor Monitor { get; } = new(options);

        public float[] Values { get; } = new float[source.Dimension];

        public float[] Pending { get; } = new float[source.Dimension];

        public MonotonicTime PendingCapturedAt { get; private set; }

        public bool HasPending { get; set; }

        public StreamFault Reported { get; set; }

        public void Keep(MonotonicTime capturedAt)
        {
            if (HasPending && capturedAt < PendingCapturedAt)
                return;
            Values.CopyTo(Pending, 0);
            (PendingCapturedAt, HasPending) = (capturedAt, true);
        }
    }
}
