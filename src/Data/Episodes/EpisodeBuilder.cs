using Robotics.Core.Time;

namespace Robotics.Data.Episodes;

/// <summary>Collects steps into an episode. Not thread-safe; grows, so not for the tick path.</summary>
internal sealed class EpisodeBuilder(EpisodeHeader header)
{
    private readonly List<float> _observations = [];
    private readonly List<float> _actions = [];
    private readonly List<double> _requested = [];
    private readonly List<double> _applied = [];
    private readonly List<float> _rewards = [];
    private readonly List<long> _times = [];
    private readonly List<StepFlags> _flags = [];
    private readonly List<float> _predicted = [];
    private readonly List<float> _disagreements = [];
    private readonly List<long> _plan = [];
    private readonly List<float> _truth = [];
    private readonly CameraTrackBuilder[] _cameras = [.. header.Cameras.Select(c => new CameraTrackBuilder(c))];

    public EpisodeHeader Header => header;

    public int Steps => _rewards.Count;

    public void Begin(ReadOnlySpan<float> observation, MonotonicTime at, ReadOnlySpan<float> truth)
    {
        if (header.HasTruth)
            _truth.AddRange(truth);
        _observations.AddRange(observation);
        _times.Add(at.Nanoseconds);
    }

    public void Append(EpisodeStep step)
    {
        _observations.AddRange(step.Observation);
        _actions.AddRange(step.Action);
        _requested.AddRange(step.Requested);
        _applied.AddRange(step.Applied);
        _rewards.Add(step.Reward);
        _times.Add(step.At.Nanoseconds);
        _flags.Add(step.Flags);
        _predicted.Add(step.PredictedReturn);
        _disagreements.Add(step.Disagreement);
        _plan.Add(step.PlanNanoseconds);
        if (header.HasTruth)
            _truth.AddRange(step.Truth);
    }

    public void Append(int camera, ReadOnlySpan<byte> frame, MonotonicTime capturedAt, MonotonicTime receivedAt, long sequence) =>
        _cameras[camera].Append(frame, capturedAt, receivedAt, sequence);

    public Episode Build(bool partial, bool diverged = false) => new()
    {
        Header = header,
        IsPartial = partial,
        IsDiverged = diverged,
        Observations = [.. _observations],
        Actions = [.. _actions],
        Requested = [.. _requested],
        Applied = [.. _applied],
        Rewards = [.. _rewards],
        Times = [.. _times],
        Flags = [.. _flags],
        PredictedReturns = [.. _predicted],
        Disagreements = [.. _disagreements],
        PlanNanoseconds = [.. _plan],
        Truth = [.. _truth],
        Cameras = [.. _cameras.Select(c => c.Build())],
    };
}
