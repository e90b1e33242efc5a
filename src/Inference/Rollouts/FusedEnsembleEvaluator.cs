using Robotics.Core;

namespace Robotics.Inference;

/// <summary>
/// Trajectory sampling with a probabilistic ensemble (PETS; Chua et al. 2018, section 5, algorithm 1) fused into one pass: a
/// worker carries a block of whole candidates, with all their particles, through the horizon. A candidate's return is the
/// mean over its particles of their sums of rewards. The noise of a particle comes from counters (candidate, particle, step,
/// element), so the answers are the same, bit for bit, for any number of workers and any division of the work.
/// </summary>
/// <remarks>
/// <see cref="RolloutResult.Disagreement"/> is, with TS∞, the standard deviation over members of the mean return of the
/// member's particles; with TS1, where every particle meets all members, the standard deviation of the return over particles.
/// Differences from the paper: changes of angles are added to unwrapped angles, predictions are clipped to the observation
/// space's bounds and the clips counted, and a candidate with anything not finite scores −∞ instead of a large cost.
/// One caller at a time; <see cref="Evaluate"/> does not allocate or throw and is safe on the tick path.
/// </remarks>
public sealed class FusedEnsembleEvaluator : ITrajectoryEvaluator, ITrajectoryRecorder, IBeliefPredictor
{
    private readonly FusedEnsembleOptions _options;
    private readonly BlockLayout _layout;
    private readonly RolloutKernel _kernel;
    private readonly RolloutBlock[] _blocks;
    private readonly Work _work;
    private PackedEnsemble _ensemble;

    /// <summary>Allocates everything that rollouts will need.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="options">What to compute.</param>
    /// <exception cref="ArgumentException">The options do not fit the model.</exception>
    public FusedEnsembleEvaluator(PackedEnsemble ensemble, FusedEnsembleOptions options)
    {
        options.Validate(ensemble);
        _ensemble = ensemble;
        _options = options;
        _layout = BlockLayout.Choose(ensemble.Members, options.Particles, options.MaximumPopulation, options.Workers.Count, ensemble.Width.TileLanes());
        var reward = new TermTileProgram(options.Reward, _layout.Rows);
        var termination = options.Termination is null ? null : new TermTileProgram(options.Termination, _layout.Rows);
        _kernel = RolloutKernel.Create(ensemble.Width, reward, termination);
        var registers = Math.Max(reward.RegisterCount, termination?.RegisterCount ?? 0);
        _blocks = new RolloutBlock[options.Workers.Count];
        for (var i = 0; i < _blocks.Length; i++)
            _blocks[i] = new RolloutBlock(ensemble, _layout, options, registers);
        _work = new Work(this);
    }

    /// <inheritdoc/>
    public int BeliefDimension => _ensemble.Observations.Dimension;

    /// <inheritdoc/>
    public int ActionDimension => _ensemble.ActionDimension;

    /// <inheritdoc/>
    public int ParticleCount => _options.Particles;

    /// <summary>Predicted elements that the last <see cref="Evaluate"/> clipped, over all candidates, particles and steps.</summary>
    public long ClippedPredictions { get; private set; }

    /// <summary>Elements that the last <see cref="Evaluate"/> predicted: what the clipped ones are a share of.</summary>
    public long Predictions { get; private set; }

    /// <summary>Multiplications and additions of one particle's step; activations and sampling not counted.</summary>
    public double FlopsPerParticleStep => _ensemble.FlopsPerParticleStep;

    /// <summary>What the networks multiply in.</summary>
    public Precision Precision => _ensemble.Precision;

    /// <summary>Takes another model of the same shape, for example after training. Not during a rollout; for set-up.</summary>
    /// <exception cref="ArgumentException">The model has another shape.</exception>
    public void Use(PackedEnsemble ensemble)
    {
        if (!ensemble.HasShapeOf(_ensemble))
            throw new ArgumentException("The ensemble has another shape than the one before it; make a new evaluator.", nameof(ensemble));
        _ensemble = ensemble;
    }

    /// <summary>Multiplications and additions of a decision of a planner; activations and sampling not counted.</summary>
    /// <param name="population">Candidates per iteration.</param>
    /// <param name="horizon">Steps.</param>
    /// <param name="iterations">Iterations.</param>
    public double FlopsPerDecision(int population, int horizon, int iterations) =>
        FlopsPerParticleStep * _options.Particles * population * horizon * iterations;

    /// <summary>
    /// Scores every action sequence. A request that does not fit (lengths that disagree, or more than the options allow) is
    /// answered with −∞, not finite, throughout.
    /// </summary>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        if (!Fits(request, into))
        {
            var count = Math.Clamp(request.Population, 0, into.Capacity);
            into.Returns.AsSpan(0, count).Fill(float.NegativeInfinity);
            into.Disagreement.AsSpan(0, count).Clear();
            into.Status.AsSpan(0, count).Fill(RolloutStatus.NotFinite);
            return;
        }

        ClippedPredictions = _work.Run(request, into);
        Predictions = (long)request.Population * request.Horizon * _options.Particles * _ensemble.Predicted.Length;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Record(ReadOnlySpan<float> belief, ReadOnlySpan<float> actions, RandomKey key, Span<float> particles)
    {
        var horizon = actions.Length / ActionDimension;
        if (belief.Length != BeliefDimension || actions.Length != horizon * ActionDimension || particles.Length != horizon * ParticleCount * BeliefDimension)
            throw new ArgumentException($"A record of {horizon} steps needs {BeliefDimension} numbers of belief, {ActionDimension} of action per step and room for {horizon} x {ParticleCount} x {BeliefDimension}.");
        var block = _blocks[0];
        block.Begin(belief);
        for (var step = 0; step < horizon; step++)
        {
            block.LoadActions(actions, 0, 1, horizon, step);
            _kernel.Step(_ensemble, block, key, 0, 1, step);
            for (var p = 0; p < ParticleCount; p++)
            {
                var target = particles.Slice(((step * ParticleCount) + p) * BeliefDimension, BeliefDimension);
                for (var e = 0; e < target.Length; e++)
                    target[e] = block.State.Span[(e * _layout.Rows) + _layout.RowOf(0, p)];
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The mean over members of their mean predictions, clipped. It shares its scratch with <see cref="Evaluate"/>: the same
    /// one caller at a time.
    /// </remarks>
    public void PredictMean(ReadOnlySpan<float> belief, ReadOnlySpan<float> action, Span<float> next)
    {
        var block = _blocks[0];
        block.Begin(belief);
        block.LoadActions(action, 0, 1, 1, 0);
        _kernel.Predict(_ensemble, block, 1);
        belief.CopyTo(next);
        for (var d = 0; d < _ensemble.Predicted.Length; d++)
        {
            // Every member has equally many particles, so their mean is the members' mean.
            var change = 0.0;
            for (var p = 0; p < ParticleCount; p++)
                change += block.Outputs.Span[(d * _layout.Rows) + _layout.RowOf(0, p)];
            var element = _ensemble.Predicted[d];
            next[element] = Math.Min(Math.Max((float)(next[element] + (change / ParticleCount)), _ensemble.Low[d]), _ensemble.High[d]);
        }
    }

    private bool Fits(in RolloutRequest request, RolloutResult into) =>
        request.Population >= 1 && request.Population <= Math.Min(into.Capacity, _options.MaximumPopulation)
        && request.Horizon >= 1 && request.Horizon <= _options.MaximumHorizon
        && request.Belief.Length == BeliefDimension
        && request.Actions.Length == request.Population * request.Horizon * ActionDimension;

    /// <summary>The blocks of one request. Apart from the evaluator, whose callers have no use for its items.</summary>
    private sealed class Work(FusedEnsembleEvaluator owner) : IParallelWork
    {
        private RolloutRequest _request;
        private RolloutResult? _into;
        private long _clips;

        public long Run(in RolloutRequest request, RolloutResult into)
        {
            _request = request;
            _into = into;
            _clips = 0;
            var candidates = owner._layout.Candidates;
            owner._options.Workers.Run(this, (request.Population + candidates - 1) / candidates);
            _into = null;
            return _clips;
        }

        public void Execute(int item, int worker)
        {
            var block = owner._blocks[worker];
            var first = item * owner._layout.Candidates;
            var count = Math.Min(owner._layout.Candidates, _request.Population - first);
            block.Begin(_request.Belief.Span);
            for (var step = 0; step < _request.Horizon; step++)
            {
                block.LoadActions(_request.Actions.Span, first, count, _request.Horizon, step);
                owner._kernel.Step(owner._ensemble, block, _request.Key, first, count, step);
            }

            var clips = 0L;
            for (var local = 0; local < count; local++)
                clips += BlockSummary.Write(block, local, first + local, _into!);
            Interlocked.Add(ref _clips, clips);
        }
    }
}
