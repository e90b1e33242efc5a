using Robotics.Core.Randomness;

namespace Robotics.Learning.Episodes;

/// <summary>
/// Random keys of an experiment: every key follows from (seed, purpose, trial, episode, step) alone, so that a resumed run
/// needs no generator state. Immutable; thread-safe.
/// </summary>
public sealed class ExperimentKeys(ulong seed)
{
    private readonly RandomKey _episodes = RandomKey.FromSeed(seed).Derive("episodes");
    private readonly RandomKey _evaluation = RandomKey.FromSeed(seed).Derive("evaluation");
    private readonly RandomKey _training = RandomKey.FromSeed(seed).Derive("training");

    /// <summary>The key of a trial's episode.</summary>
    public RandomKey Episode(int trial, int index) => _episodes.Derive((ulong)trial).Derive((ulong)index);

    /// <summary>The key of an evaluation episode: the same starts for every controller that is evaluated with this seed.</summary>
    public RandomKey Evaluation(int index) => _evaluation.Derive((ulong)index);

    /// <summary>The key of a trial's training.</summary>
    public RandomKey Training(int trial) => _training.Derive((ulong)trial);

    /// <summary>The key of an episode's start.</summary>
    public static RandomKey Start(RandomKey episode) => episode.Derive(0);

    /// <summary>The key of the decision at a step.</summary>
    public static RandomKey DecisionAt(RandomKey episode, int step) => episode.Derive((ulong)step + 1);
}
