using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Rows;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// Rollouts in the latent space of a compiled recurrent state-space model (Hafner et al. 2019, algorithm 2, lines 5 to 8): a candidate's
/// return is the sum of the rewards that the model's head expects along it, or, with a value, the n-step return Σ γ^k·r + γ^H·V. Unlike in
/// the paper, which samples one latent trajectory of each candidate, the trajectory is that of the means, as in the filter: the
/// same request gives the same answer. A worker carries whole candidates through the horizon, and the answers are the same, bit for
/// bit, for any number of workers. One caller at a time; <see cref="Evaluate"/> does not allocate or throw and is safe on the tick
/// path.
/// </summary>
public sealed class RssmTrajectoryEvaluator : ITrajectoryEvaluator
{
    private const int CandidatesAtOnce = 16;
    private readonly CompiledRssm _model;
    private readonly WorkerPool _workers;
    private readonly Work _work;

    /// <summary>Allocates everything that rollouts will need.</summary>
    /// <param name="model">The model; beliefs are its (h, s).</param>
    /// <param name="workers">Thread pool.</param>
    /// <param name="value">Value function after the last step; null for none. With it, rewards are discounted as in its training.</param>
    /// <exception cref="ArgumentException">The value does not fit the model.</exception>
    public RssmTrajectoryEvaluator(CompiledRssm model, WorkerPool workers, LatentValueWeights? value = null)
    {
        value?.Validate(model.FeatureDimension);
        (_model, _workers) = (model, workers);
        _work = new Work(model, value is null ? null : new PackedRows(value.Layers), (float)(value?.Discount ?? 1), workers.Count);
    }

    /// <inheritdoc/>
    public int BeliefDimension => _model.FeatureDimension;

    /// <inheritdoc/>
    public int ActionDimension => _model.ActionDimension;

    /// <summary>
    /// Scores every action sequence; there is no ensemble, so no disagreement. A request that does not fit (lengths that disagree) is
    /// answered with −∞, not finite, throughout.
    /// </summary>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        var count = Math.Clamp(request.Population, 0, into.Capacity);
        into.Disagreement.AsSpan(0, count).Clear();
        if (count != request.Population || request.Belief.Length != BeliefDimension
            || request.Actions.Length != request.Population * request.Horizon * ActionDimension)
        {
            into.Returns.AsSpan(0, count).Fill(float.NegativeInfinity);
            into.Status.AsSpan(0, count).Fill(RolloutStatus.NotFinite);
            return;
        }

        _work.Begin(request, into);
        _workers.Run(_work, (count + CandidatesAtOnce - 1) / CandidatesAtOnce);
    }

    /// <summary>The items of one request. Apart from the evaluator, whose callers have no use for them.</summary>
    private sealed class Work(CompiledRssm model, PackedRows? value, float discount, int workers) : IParallelWork
    {
        private readonly Lane[] _lanes = [.. Enumerable.Range(0, workers).Select(_ => new Lane(model, value, discount))];
        private RolloutRequest _request;
        private RolloutResult _into = new(0);

        public void Begin(in RolloutRequest request, RolloutResult into) => (_request, _into) = (request, into);

        public void Execute(int item, int worker)
        {
            var first = item * CandidatesAtOnce;
            var returns = _into.Returns.AsSpan(first, Math.Min(CandidatesAtOnce, _request.Population - first));
            _lanes[worker].Run(model, _request, first, returns);
            for (var i = 0; i < returns.Length; i++)
            {
                var isFinite = float.IsFinite(returns[i]);
                _into.Status[first + i] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
                returns[i] = isFinite ? returns[i] : float.NegativeInfinity;
            }
        }
    }

    /// <summary>A worker's memory.</summary>
    private sealed class Lane(CompiledRssm model, PackedRows? value, float discount)
    {
        private readonly float[] _scratch = new float[value?.MemoryLength(CandidatesAtOnce) ?? 0];
        private readonly RssmMemory _memory = new(model, CandidatesAtOnce);
        private readonly float[] _features = new float[CandidatesAtOnce * model.FeatureDimension];
        private readonly float[] _stds = new float[CandidatesAtOnce * model.Stochastic];
        private readonly float[] _actions = new float[CandidatesAtOnce * model.ActionDimension];
        private readonly float[] _rewards = new float[CandidatesAtOnce];

        public void Run(CompiledRssm model, in RolloutRequest request, int first, Span<float> returns)
        {
            var (count, size) = (returns.Length, model.ActionDimension);
            var features = _features.AsSpan(0, count * model.FeatureDimension);
            for (var row = 0; row < count; row++)
                request.Belief.Span.CopyTo(features[(row * model.FeatureDimension)..]);
            returns.Clear();
            var weight = 1f;
            for (var step = 0; step < request.Horizon; step++)
            {
                for (var row = 0; row < count; row++)
                    request.Actions.Span.Slice((((first + row) * request.Horizon) + step) * size, size).CopyTo(_actions.AsSpan(row * size));
                model.Advance(
                    features, _actions.AsSpan(0, count * size), features, _stds.AsSpan(0, count * model.Stochastic), _memory);
                model.Reward(features, _rewards.AsSpan(0, count), _memory);
                AddReward(returns, weight);
                weight *= discount;
            }

            if (value is null)
                return;
            value.Forward(features, _rewards.AsSpan(0, count), _scratch);
            AddReward(returns, weight);
        }

        private void AddReward(Span<float> returns, float weight)
        {
            for (var row = 0; row < returns.Length; row++)
                returns[row] += weight * _rewards[row];
        }
    }
}
