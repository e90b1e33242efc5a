using Robotics.Core.Beliefs;
using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.StateEstimation.Observations;
using Robotics.StateEstimation.Streams;

namespace Robotics.StateEstimation.Tracking;

/// <summary>Options of a <see cref="BeliefTracker"/>. Immutable.</summary>
public sealed record BeliefTrackerOptions
{
    /// <summary>Size of the history that late data are applied to.</summary>
    public required BeliefHistoryOptions History { get; init; }

    /// <summary>Thresholds above which a stream counts as faulty.</summary>
    public AssemblyOptions Assembly { get; init; } = new();
}

/// <summary>
/// Any estimator in a control loop: streams are put together by an <see cref="ObservationAssembler"/>, beliefs kept by a
/// <see cref="BeliefHistory"/>, so that what comes late is applied at the tick in which it was captured and replayed to now. The
/// task's observation, which the loop takes after the tick has begun, counts as captured at the tick at the latest. Used by one thread;
/// does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class BeliefTracker : IBeliefTracker
{
    private readonly IStateEstimator _estimator;
    private readonly VectorSource[] _shown;

    /// <summary>Creates the tracker.</summary>
    /// <param name="estimator">The filter.</param>
    /// <param name="sources">One for each of its modalities, in its order.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="UserErrorException">A source does not fit its modality.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BeliefTracker(IStateEstimator estimator, IReadOnlyList<IModalitySource> sources, BeliefTrackerOptions options)
    {
        _estimator = estimator;
        _shown = [.. sources.OfType<VectorSource>()];
        History = new BeliefHistory(estimator, options.History);
        Streams = new ObservationAssembler(sources, estimator.Modalities, History, options.Assembly);
    }

    /// <summary>The streams: their reports and events.</summary>
    public ObservationAssembler Streams { get; }

    /// <summary>The history of beliefs, with the count of its replays.</summary>
    public BeliefHistory History { get; }

    /// <inheritdoc/>
    public Belief Current => History.Current;

    /// <inheritdoc/>
    public bool IsStale => Streams.IsStale;

    /// <summary>Creates the tracker of an estimator whose one modality is the task's whole observation.</summary>
    /// <exception cref="UserErrorException">The estimator takes something else.</exception>
    public static BeliefTracker FromObservation(IStateEstimator estimator, int observationDimension, int actionDimension) => new(
        estimator,
        [new VectorSource(DirectObservationEstimator.Modality, [.. Enumerable.Range(0, observationDimension)])],
        new BeliefTrackerOptions { History = new BeliefHistoryOptions { ActionDimension = actionDimension } });

    /// <inheritdoc/>
    public Belief CreateBelief() => _estimator.CreateBelief();

    /// <inheritdoc/>
    public void Restart(MonotonicTime at, MonotonicTime since)
    {
        History.Restart(at, since);
        Streams.Restart();
    }

    /// <inheritdoc/>
    public void Advance(MonotonicTime at, ReadOnlySpan<float> action) => History.Advance(at, action);

    /// <inheritdoc/>
    public bool Gather(ReadOnlySpan<float> observation, MonotonicTime capturedAt, MonotonicTime receivedAt)
    {
        var tick = Current.At;
        foreach (var source in _shown)
        {
            if (!observation.IsEmpty)
                source.Show(observation, capturedAt > tick ? tick : capturedAt, receivedAt);
        }

        return Streams.Gather(tick) > 0;
    }

    /// <inheritdoc/>
    public void Predict(Belief belief, ReadOnlySpan<float> action, double periodSeconds, Belief into) =>
        _estimator.Predict(belief, action, periodSeconds, into);
}
