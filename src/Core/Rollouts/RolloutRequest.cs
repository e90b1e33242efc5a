using Robotics.Core.Randomness;

namespace Robotics.Core.Rollouts;

/// <summary>A question to a model: what would these action sequences return from here? Immutable; safe on the tick path.</summary>
public readonly struct RolloutRequest
{
    /// <summary>[belief dimension], mean of the belief at which rollouts start.</summary>
    public required ReadOnlyMemory<float> Belief { get; init; }

    /// <summary>
    /// [belief dimension], std of the belief, for models that sample the initial particles from the belief; empty, or ignored by other
    /// models: every rollout starts at the mean.
    /// </summary>
    public ReadOnlyMemory<float> Std { get; init; }

    /// <summary>[population × horizon × action], each in [−1, 1].</summary>
    public required ReadOnlyMemory<float> Actions { get; init; }

    /// <summary>Action sequences asked about.</summary>
    public required int Population { get; init; }

    /// <summary>Steps of each sequence.</summary>
    public required int Horizon { get; init; }

    /// <summary>Random key of the rollouts: the same key gives the same returns on any number of workers.</summary>
    public required RandomKey Key { get; init; }
}

/// <summary>Result of one rollout.</summary>
public enum RolloutStatus : byte
{
    /// <summary>It ran to the horizon or to its termination.</summary>
    Ok,

    /// <summary>Something was not finite: its return is −∞.</summary>
    NotFinite,
}

/// <summary>The answers, filled in place. Not thread-safe; does not allocate after construction.</summary>
public sealed class RolloutResult(int capacity)
{
    /// <summary>Largest population that fits.</summary>
    public int Capacity => capacity;

    /// <summary>[population], mean return over particles; −∞ for a rollout that was not finite.</summary>
    public float[] Returns { get; } = new float[capacity];

    /// <summary>[population], std of the predicted return over ensemble members; 0 without an ensemble.</summary>
    public float[] Disagreement { get; } = new float[capacity];

    /// <summary>[population], what became of each.</summary>
    public RolloutStatus[] Status { get; } = new RolloutStatus[capacity];
}

/// <summary>
/// The narrow waist between planners and models. One caller at a time; does not allocate, does not throw; safe on the tick
/// path.
/// </summary>
public interface ITrajectoryEvaluator
{
    /// <summary>Belief dimension.</summary>
    int BeliefDimension { get; }

    /// <summary>Action dimension.</summary>
    int ActionDimension { get; }

    /// <summary>Scores every action sequence of the request.</summary>
    void Evaluate(in RolloutRequest request, RolloutResult into);
}

/// <summary>Predicts the path of one action sequence, for images and calibration. Not for the tick path.</summary>
public interface ITrajectoryRecorder
{
    /// <summary>Particles that <see cref="Record"/> writes per step.</summary>
    int ParticleCount { get; }

    /// <summary>Rolls one sequence out.</summary>
    /// <param name="belief">[belief dimension].</param>
    /// <param name="actions">[horizon × action].</param>
    /// <param name="key">The randomness.</param>
    /// <param name="particles">Receives [horizon × particles × belief dimension]: the states after each step.</param>
    void Record(ReadOnlySpan<float> belief, ReadOnlySpan<float> actions, RandomKey key, Span<float> particles);
}

/// <summary>An evaluator that also gives the gradient of the returns with respect to the actions.</summary>
public interface IDifferentiableEvaluator : ITrajectoryEvaluator
{
    /// <summary>Scores as <see cref="ITrajectoryEvaluator.Evaluate"/> does and fills the gradient.</summary>
    /// <param name="request">Action sequences to score.</param>
    /// <param name="into">Receives the returns.</param>
    /// <param name="gradient">Receives ∂return/∂action: [population × horizon × action].</param>
    void EvaluateGradient(in RolloutRequest request, RolloutResult into, Span<float> gradient);
}
