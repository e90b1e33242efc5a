using Robotics.Core.Randomness;

namespace Robotics.Controller.Planning;

/// <summary>
/// MPPI (Williams et al. 2017, "Information theoretic MPC for model-based reinforcement learning", algorithm 2): the mean moves
/// to the average of noisy sequences, weighted by exp(return/λ). Differs: α = 1, so no control cost is added to the return;
/// sequences are clipped to the bounds before they are scored and averaged; noise may be coloured, which takes the place of the
/// authors' smoothing; several refinements per decision are allowed.
/// </summary>
internal sealed class MppiSearch(PlannerOptions options, int actionDimension) : SearchStrategy(options, actionDimension)
{
    private readonly ColouredNoise _noise = new(options.Horizon, options.NoiseBeta);
    private readonly float[] _mean = new float[options.Horizon * actionDimension];

    public override int EliteCount => 1;

    public override ReadOnlySpan<float> Solution => _mean;

    public override void Reset() => _mean.AsSpan().Clear();

    public override void Shift(int steps) => ShiftSequence(_mean, steps, repeatLast: false);

    public override void Sample(int iteration, CandidateSet candidates, ref RandomStream random)
    {
        var sigma = (float)Options.InitialSigma;
        for (var n = 0; n < candidates.Count; n++)
        {
            var sequence = candidates.Sequence(n);
            _noise.Fill(sequence, ActionDimension, ref random);
            for (var j = 0; j < sequence.Length; j++)
                sequence[j] = Math.Clamp(_mean[j] + (sigma * sequence[j]), -1, 1);
        }
    }

    protected override void Update(CandidateSet candidates)
    {
        var best = candidates.Scores[candidates.Elites[0]];
        double weights = 0, returns = 0, disagreement = 0;
        _mean.AsSpan().Clear();
        for (var n = 0; n < candidates.Count; n++)
        {
            // Not finite means −∞, whose weight is zero; the product below would make NaN of it.
            var weight = Math.Exp((candidates.Scores[n] - best) / Options.Temperature);
            if (weight <= 0)
                continue;
            weights += weight;
            returns += weight * candidates.Rollouts.Returns[n];
            disagreement += weight * candidates.Rollouts.Disagreement[n];
            var sequence = candidates.Sequence(n);
            for (var j = 0; j < sequence.Length; j++)
                _mean[j] += (float)weight * sequence[j];
        }

        foreach (ref var m in _mean.AsSpan())
            m = Math.Clamp(m / (float)weights, -1, 1);
        ExpectedReturn = (float)(returns / weights);
        ExpectedDisagreement = (float)(disagreement / weights);
    }
}
