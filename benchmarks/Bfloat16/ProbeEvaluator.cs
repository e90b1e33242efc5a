using Robotics.Core.Rollouts;

namespace Robotics.Benchmarks.Bfloat16;

/// <summary>
/// Scores with one evaluator, in a chosen call of a decision with another, and keeps the last request. One caller at a time.
/// </summary>
/// <param name="usual">The default evaluator.</param>
/// <param name="other">The evaluator of the chosen call.</param>
/// <param name="capacity">Maximum number of sequences in a request.</param>
/// <param name="horizon">Steps of a sequence.</param>
internal sealed class ProbeEvaluator(
    ITrajectoryEvaluator usual, ITrajectoryEvaluator other, int capacity, int horizon) : ITrajectoryEvaluator
{
    private readonly float[] _belief = new float[usual.BeliefDimension];
    private readonly float[] _actions = new float[capacity * horizon * usual.ActionDimension];
    private int? _otherAt;

    /// <summary>Requests since <see cref="Begin"/>.</summary>
    public int Calls { get; private set; }

    /// <summary>The last request, valid until the next one.</summary>
    public RolloutRequest Last { get; private set; }

    /// <inheritdoc/>
    public int BeliefDimension => usual.BeliefDimension;

    /// <inheritdoc/>
    public int ActionDimension => usual.ActionDimension;

    /// <summary>Begins a decision.</summary>
    /// <param name="otherAt">Index of the call, from 0, that the other evaluator scores; null for none.</param>
    public void Begin(int? otherAt) => (Calls, _otherAt) = (0, otherAt);

    /// <inheritdoc/>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        request.Belief.Span.CopyTo(_belief);
        request.Actions.Span.CopyTo(_actions);
        Last = request with { Belief = _belief, Actions = _actions.AsMemory(0, request.Actions.Length) };
        (Calls++ == _otherAt ? other : usual).Evaluate(request, into);
    }
}
