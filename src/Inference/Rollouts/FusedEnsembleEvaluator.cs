using Robotics.Core.Beliefs;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Dense;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Simd;
using Robotics.Inference.Terms;

namespace Robotics.Inference.Rollouts;

/// <summary>
/// Rollouts through a probabilistic ensemble (PETS; Chua et al. 2018, section 5, algorithm 1) fused into one pass: a worker
/// carries a block of whole candidates, with all their particles (with TS∞: all of one member's), through the horizon. A
/// candidate's return is the mean over its particles of their sums of rewards. The noise of a particle comes from counters
/// (candidate, particle, step, element), so the answers are the same, bit for bit, for any number of workers and any division
/// of the work.
/// </summary>
/// <remarks>
/// <see cref="RolloutResult.Disagreement"/> is, with TS∞, the std over members of the mean return of the
/// member's particles; otherwise, where all members predict for every particle, the std of the return over particles:
/// 0 with E, which has one.
/// Differences from the paper: changes of angles are added to unwrapped angles, predictions are clipped to the observation
/// space's bounds and the clips counted, and a candidate with anything not finite scores −∞ instead of a large cost. MM matches
/// the states, as the paper says; the published code matches their changes, and so loses what a state has to do with its change.
/// One caller at a time; <see cref="Evaluate"/> does not allocate or throw and is safe on the tick path.
/// </remarks>
public sealed class FusedEnsembleEvaluator : ITrajectoryEvaluator, ITrajectoryRecorder, IBeliefPredictor
{
    private readonly FusedEnsembleOptions _options;
    private readonly WorkDivision _division;
    private readonly RolloutKernel _kernel;
    private readonly RolloutBlock[] _blocks;
    private readonly CandidateReturns _tally;
    private readonly Work _work;
    private PackedEnsemble _ensemble;

    /// <summary>Allocates all memory of the rollouts.</summary>
    /// <param name="ensemble">The model.</param>
    /// <param name="options">The evaluator's options.</param>
    /// <exception cref="ArgumentException">The options do not fit the model.</exception>
    public FusedEnsembleEvaluator(PackedEnsemble ensemble, FusedEnsembleOptions options)
    {
        options.Validate(ensemble);
        _ensemble = ensemble;
        _options = options;
        _division = new WorkDivision(options.Propagation, ensemble.Members,
            options.Particles, options.MaximumPopulation, options.Workers.Count, ensemble.Width.Lanes());
        _tally = new CandidateReturns(
            options.MaximumPopulation, _division.Groups, options.Particles, options.Propagation == Propagation.TSInfinity);
        var rows = _division.MaximumRowsPerBlock;
        var reward = new TermTileProgram(options.Reward, rows);
        var termination = options.Termination is null ? null : new TermTileProgram(options.Termination, rows);
        _kernel = RolloutKernel.Create(ensemble.Width, reward, termination);
        var registers = Math.Max(reward.RegisterCount, termination?.RegisterCount ?? 0);
        _blocks = new RolloutBlock[options.Workers.Count];
        for (var i = 0; i < _blocks.Length; i++)
            _blocks[i] = new RolloutBlock(ensemble, rows, options, registers);
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

    /// <summary>Predicted elements of the last <see cref="Evaluate"/>, clipped or not.</summary>
    public long Predictions { get; private set; }

    /// <summary>Multiplications and additions of all particles of a candidate in one step; activations and sampling not counted.</summary>
    public double FlopsPerCandidateStep =>
        _ensemble.FlopsPerParticleStep * _options.Particles * (_options.Propagation.AsksAllMembers() ? _ensemble.Members : 1);

    /// <summary>Precision of the networks' multiplications.</summary>
    public Precision Precision => _ensemble.Precision;

    /// <summary>Replaces the model by another of the same shape, for example after training. Not during a rollout; for set-up.</summary>
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
        FlopsPerCandidateStep * population * horizon * iterations;

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
        if (belief.Length != BeliefDimension || actions.Length != horizon * ActionDimension
            || particles.Length != horizon * ParticleCount * BeliefDimension)
            throw new ArgumentException($"A record of {horizon} steps needs {BeliefDimension} belief values, {ActionDimension} action " +
                $"values per step and room for {horizon} x {ParticleCount} x {BeliefDimension}.");
        var (block, layout) = (_blocks[0], _division.For(1));
        for (var group = 0; group < _division.Groups; group++)
        {
            block.Begin(belief, layout, group, 0, 1);
            for (var step = 0; step < horizon; step++)
            {
                block.LoadActions(actions, horizon, step);
                _kernel.Step(_ensemble, block, key, step);
                WriteParticles(block, particles.Slice(step * ParticleCount * BeliefDimension, ParticleCount * BeliefDimension));
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
        var (block, layout) = (_blocks[0], _division.For(1));
        Span<double> changes = stackalloc double[_ensemble.Predicted.Length];
        changes.Clear();
        for (var group = 0; group < _division.Groups; group++)
        {
            block.Begin(belief, layout, group, 0, 1);
            block.LoadActions(action, 1, 0);
            _kernel.Predict(_ensemble, block);

            // Every member has equally many particles, or all of them, so their mean is the members' mean.
            for (var p = 0; p < layout.Groups * layout.ParticlesPerGroup; p++)
            {
                for (var d = 0; d < changes.Length; d++)
                    changes[d] += block.Outputs.Span[(d * block.Rows) + layout.RowOf(0, p)];
            }
        }

        belief.CopyTo(next);
        for (var d = 0; d < changes.Length; d++)
        {
            var element = _ensemble.Predicted[d];
            next[element] = Math.Min(Math.Max((float)(next[element] + (changes[d] / ParticleCount)), _ensemble.Low[d]), _ensemble.High[d]);
        }
    }

    /// <summary>Writes a block's particles, one candidate's, to their places among all of a step's.</summary>
    private void WriteParticles(RolloutBlock block, Span<float> step)
    {
        for (var p = 0; p < block.Layout.Groups * block.Layout.ParticlesPerGroup; p++)
        {
            var target = step.Slice((block.FirstParticle + p) * BeliefDimension, BeliefDimension);
            for (var e = 0; e < target.Length; e++)
                target[e] = block.State.Span[(e * block.Rows) + block.Layout.RowOf(0, p)];
        }
    }

    private bool Fits(in RolloutRequest request, RolloutResult into) =>
        request.Population >= 1 && request.Population <= Math.Min(into.Capacity, _options.MaximumPopulation)
        && request.Horizon >= 1 && request.Horizon <= _options.MaximumHorizon
        && request.Belief.Length == BeliefDimension
        && request.Actions.Length == request.Population * request.Horizon * ActionDimension;

    /// <summary>The items of one request. Separate from the evaluator, whose callers do not need them.</summary>
    private sealed class Work(FusedEnsembleEvaluator owner) : IParallelWork
    {
        private RolloutRequest _request;
        private BlockLayout _layout;

        public long Run(in RolloutRequest request, RolloutResult into)
        {
            _request = request;
            _layout = owner._division.For(request.Population);
            owner._options.Workers.Run(this, owner._division.Items(request.Population));
            return owner._tally.Answer(request.Population, into);
        }

        public void Execute(int item, int worker)
        {
            var block = owner._blocks[worker];
            var (part, group) = Math.DivRem(item, owner._division.Groups);
            var first = part * _layout.Candidates;
            block.Begin(_request.Belief.Span, _layout, group, first, Math.Min(_layout.Candidates, _request.Population - first));
            for (var step = 0; step < _request.Horizon; step++)
            {
                block.LoadActions(_request.Actions.Span, _request.Horizon, step);
                owner._kernel.Step(owner._ensemble, block, _request.Key, step);
            }

            owner._tally.Collect(block, group);
        }
    }
}
