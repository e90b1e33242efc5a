using Robotics.Core.Randomness;
using Robotics.Inference.Rows;
using Robotics.Inference.Rssm;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Policies;

/// <summary>
/// Rollouts of an actor through the means of a compiled state-space model, several rows from one belief. Used by one thread;
/// does not allocate after construction; safe on the tick path.
/// </summary>
public sealed class ActorRollout
{
    private readonly CompiledRssm _model;
    private readonly PackedRows _actor;
    private readonly PackedRows? _value;
    private readonly LatentActorWeights _weights;
    private readonly double _discount;
    private readonly RssmMemory _memory;
    private readonly RandomStream[] _noise;
    private readonly float[] _features;
    private readonly float[] _stds;
    private readonly float[] _output;
    private readonly float[] _actions;
    private readonly float[] _rewards;
    private readonly float[] _scratch;

    /// <summary>Packs the networks; for set-up.</summary>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public ActorRollout(CompiledRssm model, LatentActorWeights actor, LatentValueWeights? value, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        actor.Validate(model.FeatureDimension, model.ActionDimension);
        value?.Validate(model.FeatureDimension);
        (_model, _weights, _actor, Rows) = (model, actor, new PackedRows(actor.Layers), rows);
        (_value, _discount) = (value is null ? null : new PackedRows(value.Layers), value?.Discount ?? 1);
        (_memory, _noise) = (new RssmMemory(model, rows), new RandomStream[rows]);
        (_features, _stds) = (new float[rows * model.FeatureDimension], new float[rows * model.Stochastic]);
        (_output, _actions, _rewards) = (new float[rows * _actor.Outputs], new float[rows * model.ActionDimension], new float[rows]);
        _scratch = new float[Math.Max(_actor.MemoryLength(rows), _value?.MemoryLength(rows) ?? 0)];
        Returns = new float[rows];
    }

    /// <summary>Maximum number of rows.</summary>
    public int Rows { get; }

    /// <summary>[rows], expected returns of the last rollout: rewards and, if there is one, the value function, discounted alike.</summary>
    public float[] Returns { get; }

    /// <summary>Rolls out.</summary>
    /// <param name="belief">The start.</param>
    /// <param name="rows">Number of rows, at most <see cref="Rows"/>.</param>
    /// <param name="horizon">Steps.</param>
    /// <param name="key">Random key of every row but the first, which takes the mean actions.</param>
    /// <param name="into">[rows × horizon × action].</param>
    public void Run(ReadOnlySpan<float> belief, int rows, int horizon, RandomKey key, Span<float> into)
    {
        var size = _model.ActionDimension;
        var features = _features.AsSpan(0, rows * _model.FeatureDimension);
        for (var row = 0; row < rows; row++)
        {
            belief.CopyTo(features[(row * belief.Length)..]);
            (_noise[row], Returns[row]) = (key.Derive((ulong)row).OpenStream(), 0);
        }

        var weight = 1.0;
        var rewards = _rewards.AsSpan(0, rows);
        for (var step = 0; step < horizon; step++)
        {
            Act(features, rows);
            for (var row = 0; row < rows; row++)
                _actions.AsSpan(row * size, size).CopyTo(into[(((row * horizon) + step) * size)..]);
            _model.Advance(features, _actions.AsSpan(0, rows * size), features, _stds.AsSpan(0, rows * _model.Stochastic), _memory);
            _model.Reward(features, rewards, _memory);
            AddReward(rewards, weight);
            weight *= _discount;
        }

        if (_value is null)
            return;
        _value.Forward(features, rewards, _scratch);
        AddReward(rewards, weight);
    }

    private void AddReward(ReadOnlySpan<float> rewards, double weight)
    {
        for (var row = 0; row < rewards.Length; row++)
            Returns[row] += (float)(weight * rewards[row]);
    }

    private void Act(ReadOnlySpan<float> features, int rows)
    {
        var size = _model.ActionDimension;
        _actor.Forward(features, _output.AsSpan(0, rows * 2 * size), _scratch);
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < size; i++)
            {
                var mean = LatentActorWeights.MeanLimit * MathF.Tanh(_output[(2 * row * size) + i] / LatentActorWeights.MeanLimit);
                if (row > 0)
                    mean += Std(_output[(((2 * row) + 1) * size) + i]) * (float)_noise[row].NextGaussian();
                _actions[(row * size) + i] = MathF.Tanh(mean);
            }
        }
    }

    private float Std(float raw) => MathF.Max(raw, 0) + MathF.Log(1 + MathF.Exp(-MathF.Abs(raw))) + _weights.MinimumStd;
}
