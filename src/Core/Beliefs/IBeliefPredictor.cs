namespace Robotics.Core.Beliefs;

/// <summary>
/// The mean of a one-step model: where a belief most likely goes under one action over one control period. Used by one thread;
/// does not allocate, does not throw; safe on the tick path.
/// </summary>
public interface IBeliefPredictor
{
    /// <summary>Belief dimension.</summary>
    int BeliefDimension { get; }

    /// <summary>Predicts one control period ahead.</summary>
    /// <param name="belief">[belief dimension].</param>
    /// <param name="action">[action dimension], in [−1, 1].</param>
    /// <param name="next">Receives [belief dimension]; may be the same memory as <paramref name="belief"/>.</param>
    void PredictMean(ReadOnlySpan<float> belief, ReadOnlySpan<float> action, Span<float> next);
}
