using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Simd;

namespace Robotics.Inference.Latent;

/// <summary>
/// Rollouts through an ensemble over beliefs by trajectory sampling (Chua et al. 2018, section 5): particles begin at s sampled from the
/// belief's Gaussian, with the h of all; each step adds a member's change of h and samples its s; a candidate's return is the mean over
/// particles of the sums of what the members' reward heads expect, and, with a value, of the n-step return Σ γ^k·r + γ^H·V. h takes the
/// mean of its change: given (h, s, a) the filter's next h is deterministic, and a member's variance of it is its own error.
/// Noise comes from counters (candidate, particle, step, number), so that answers are the same, bit for bit, for any number of workers.
/// One caller at a time; <see cref="Evaluate"/> does not allocate or throw and is safe on the tick path.
/// </summary>
public sealed class BeliefEnsembleEvaluator : ITrajectoryEvaluator
{
    private readonly PackedBeliefEnsemble _ensemble;
    private readonly BeliefRolloutOptions _options;
    private readonly WorkDivision _division;
    private readonly BeliefKernel _kernel;
    private readonly BeliefReturns _tally;
    private readonly BeliefBlock[] _blocks;
    private readonly Work _work;

    /// <summary>Packs the weights and allocates all memory of the rollouts.</summary>
    /// <param name="weights">The model; later changes have no effect.</param>
    /// <param name="options">The evaluator's options.</param>
    /// <param name="width">The vector width; null takes the machine's best.</param>
    /// <exception cref="ArgumentException">The options or the weights do not fit.</exception>
    public BeliefEnsembleEvaluator(BeliefEnsembleWeights weights, BeliefRolloutOptions options, VectorWidth? width = null)
    {
        options.Validate(weights);
        (_options, _ensemble) = (options, new PackedBeliefEnsemble(weights, options.Value, width ?? VectorWidths.Best));
        _kernel = BeliefKernel.Create(_ensemble.Width);
        _division = new WorkDivision(options.Propagation, _ensemble.Members,
            options.Particles, options.MaximumPopulation, options.Workers.Count, _ensemble.Width.Lanes());
        _tally = new BeliefReturns(_ensemble, options, _division.Groups);
        _blocks =
            [.. Enumerable.Range(0, options.Workers.Count).Select(_ => new BeliefBlock(_ensemble, _division.MaximumRowsPerBlock, options))];
        _work = new Work(this);
    }

    /// <inheritdoc/>
    public int BeliefDimension => _ensemble.FeatureDimension;

    /// <inheritdoc/>
    public int ActionDimension => _ensemble.ActionDimension;

    /// <summary>Multiplications and additions of all particles of a candidate in one step; activations and sampling not counted.</summary>
    public double FlopsPerCandidateStep => _ensemble.FlopsPerParticleStep * _options.Particles;

    /// <summary>
    /// Scores every action sequence. A request that does not fit (lengths that disagree, or more than the options allow) is
    /// answered with −∞, not finite, throughout.
    /// </summary>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        if (Fits(request, into))
        {
            _work.Run(request);
            _tally.Answer(request.Population, request.Horizon, into);
            return;
        }

        var count = Math.Clamp(request.Population, 0, into.Capacity);
        into.Returns.AsSpan(0, count).Fill(float.NegativeInfinity);
        into.Disagreement.AsSpan(0, count).Clear();
        into.Status.AsSpan(0, count).Fill(RolloutStatus.NotFinite);
    }

    private bool Fits(in RolloutRequest request, RolloutResult into) =>
        request.Population >= 1 && request.Population <= Math.Min(into.Capacity, _options.MaximumPopulation)
        && request.Horizon >= 1 && request.Horizon <= _options.MaximumHorizon
        && request.Belief.Length == BeliefDimension && (request.Std.Length == 0 || request.Std.Length == BeliefDimension)
        && request.Actions.Length == request.Population * request.Horizon * ActionDimension;

    /// <summary>The items of one request. Separate from the evaluator, whose callers do not need them.</summary>
    private sealed class Work(BeliefEnsembleEvaluator owner) : IParallelWork
    {
        private RolloutRequest _request;
        private BlockLayout _layout;

        public void Run(in RolloutRequest request)
        {
            (_request, _layout) = (request, owner._division.For(request.Population));
            owner._options.Workers.Run(this, owner._division.Items(request.Population));
        }

        public void Execute(int item, int worker)
        {
            var (block, model, kernel) = (owner._blocks[worker], owner._ensemble, owner._kernel);
            var (part, group) = Math.DivRem(item, owner._division.Groups);
            var first = part * _layout.Candidates;
            RandomKey? key = owner._options.IsSampled ? _request.Key : null;
            block.Begin(_request.Belief.Span, _layout, group, first, Math.Min(_layout.Candidates, _request.Population - first));
            owner._tally.Begin(block);
            if (key is { } random && _request.Std.Length > 0)
                kernel.Scatter(model, block, _request.Std.Span, random);
            var weight = 1f;
            for (var step = 0; step < _request.Horizon; step++)
            {
                if (owner._options.Propagation == Propagation.TS1)
                    block.Shuffle(_request.Key, step);
                block.LoadActions(_request.Actions.Span, _request.Horizon, step);
                kernel.Step(model, block, key, step, weight, owner._tally);
                weight *= model.Discount;
            }

            if (model.Value is { } value)
                kernel.Finish(value, block, weight);
            owner._tally.Collect(block, group);
        }
    }
}
