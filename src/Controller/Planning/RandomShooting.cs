using Robotics.Core.Randomness;

namespace Robotics.Controller.Planning;

/// <summary>
/// Random shooting (Nagabandi et al. 2018, "Neural network dynamics for model-based deep reinforcement learning with model-free
/// fine-tuning", section IV-B): uniform sequences, the best is executed. Differs: more than one round may be sampled, so that it
/// is an anytime method like its siblings. It has no warm start; what is carried over is executed only when no rollout was finite.
/// </summary>
internal sealed class RandomShooting(PlannerOptions options, int actionDimension) : SearchStrategy(options, actionDimension)
{
    private readonly BestSoFar _best = new(options.Horizon * actionDimension);

    public override int EliteCount => 1;

    public override ReadOnlySpan<float> Solution => _best.Sequence;

    public override int LeastPopulation(int wanted) => 1;

    public override void Reset() => _best.Sequence.AsSpan().Clear();

    public override void Shift(int steps) => ShiftSequence(_best.Sequence, steps, repeatLast: false);

    public override void Begin(int iterations)
    {
        base.Begin(iterations);
        _best.Begin();
    }

    public override void Sample(int iteration, CandidateSet candidates, ref RandomStream random)
    {
        foreach (ref var a in candidates.Actions.AsSpan(0, candidates.Count * Length))
            a = (int)random.NextUInt32() * (1f / (1U << 31));
    }

    protected override void Update(CandidateSet candidates)
    {
        _best.Challenge(candidates);
        (IsTrusted, ExpectedReturn, ExpectedDisagreement) = (_best.IsTrusted, _best.Return, _best.Disagreement);
    }
}
