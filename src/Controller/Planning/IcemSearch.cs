using Robotics.Core.Randomness;

namespace Robotics.Controller.Planning;

/// <summary>
/// iCEM (Pinneri et al. 2020, "Sample-efficient cross-entropy method for real-time planning", algorithm 1): coloured noise,
/// clipped actions, a population that decays as max(N·γ^−i, 2K), a share of the elites kept for the next iteration and shifted
/// into the next decision, the mean added at the last iteration, the best sequence of the last iteration executed, or on demand
/// the mean, as CEM does. Differs: a shifted elite ends with freshly sampled actions of this decision's own noise; see
/// <see cref="ColouredNoise"/> for the noise.
/// </summary>
internal sealed class IcemSearch : CemSearch
{
    private readonly ColouredNoise _noise;
    private readonly int _keptCapacity;
    private readonly float[] _kept;
    private readonly float[] _best;
    private int _keptCount;
    private int _freshSteps;
    private int _iterations;

    public IcemSearch(PlannerOptions options, int actionDimension)
        : base(options, actionDimension)
    {
        _noise = new ColouredNoise(options.Horizon, options.NoiseBeta);
        _keptCapacity = options.KeptCount;
        _kept = new float[_keptCapacity * Length];
        _best = new float[Length];
    }

    public override bool HasConverged => false;

    public override ReadOnlySpan<float> Solution => Options.ReturnMean ? Mean : _best;

    public override void Reset()
    {
        base.Reset();
        _best.AsSpan().Clear();
        _keptCount = 0;
        _freshSteps = 0;
    }

    public override void Shift(int steps)
    {
        ShiftSequence(Mean, steps, repeatLast: true);
        ShiftSequence(_best, steps, repeatLast: true);
        for (var e = 0; e < _keptCount; e++)
            ShiftSequence(_kept.AsSpan(e * Length, Length), steps, repeatLast: true);
        _freshSteps = Math.Min(_freshSteps + steps, Options.Horizon);
    }

    public override void Begin(int iterations)
    {
        base.Begin(iterations);
        _iterations = iterations;
    }

    public override int PopulationAt(int iteration)
    {
        var decayed = (int)Math.Ceiling(Options.Population * Math.Pow(Options.PopulationDecay, -iteration));
        return Math.Max(decayed, 2 * Options.Elites) + _keptCount + (IsLast(iteration) ? 1 : 0);
    }

    public override void Sample(int iteration, CandidateSet candidates, ref RandomStream random)
    {
        for (var n = 0; n < candidates.Count; n++)
        {
            var sequence = candidates.Sequence(n);
            _noise.Fill(sequence, ActionDimension, ref random);
            for (var j = 0; j < Length; j++)
                sequence[j] = Math.Clamp(Mean[j] + (MathF.Sqrt(Variance[j]) * sequence[j]), -1, 1);
        }

        var place = candidates.Count - 1;
        if (IsLast(iteration))
            Mean.CopyTo(candidates.Sequence(place--));
        for (var e = 0; e < _keptCount; e++)
            AddKeptElite(e, candidates.Sequence(place--));
        _freshSteps = 0;
    }

    protected override void Update(CandidateSet candidates)
    {
        base.Update(candidates);
        var winner = candidates.Elites[0];
        candidates.Sequence(winner).CopyTo(_best);
        if (!Options.ReturnMean)
            (ExpectedReturn, ExpectedDisagreement) = (candidates.Rollouts.Returns[winner], candidates.Rollouts.Disagreement[winner]);
        _keptCount = Math.Min(_keptCapacity, candidates.EliteCount);
        for (var e = 0; e < _keptCount; e++)
            candidates.Sequence(candidates.Elites[e]).CopyTo(_kept.AsSpan(e * Length, Length));
    }

    private void AddKeptElite(int index, Span<float> sequence)
    {
        var known = Length - (_freshSteps * ActionDimension);
        _kept.AsSpan(index * Length, known).CopyTo(sequence);
    }

    private bool IsLast(int iteration) => iteration == _iterations - 1;
}
