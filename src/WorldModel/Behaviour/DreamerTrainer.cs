using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// Behaviour learning of Dreamer: Hafner et al. 2020, "Dream to Control", algorithm 1, lines 7 to 11. The actor is rolled out in the model
/// from beliefs of a batch; it maximises λ-returns V^λ (equations 4 to 6) by their gradient through the dynamics, and the value regresses
/// to them. Where it differs: the returns bootstrap from a slow copy of the value (Hafner et al. 2021); both losses weigh steps by γ^k;
/// the actor gets a small entropy bonus; rollouts start from a random choice of the beliefs. Only actor and value are trained. Not
/// thread-safe; not for the tick path.
/// </summary>
public sealed class DreamerTrainer : BehaviourTrainer
{
    private readonly LatentValue _slow;
    private readonly FusedAdam _actorOptimizer;
    private readonly FusedAdam _valueOptimizer;

    /// <summary>Makes untrained networks; weights are sampled from libtorch's generator.</summary>
    /// <param name="features">Dimension of a belief (h, s).</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="options">Options of the training.</param>
    /// <param name="key">Seed of the choice of beliefs that rollouts start from.</param>
    /// <param name="device">Device for training; null for the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public DreamerTrainer(int features, int actions, BehaviourOptions options, RandomKey key, Device? device = null)
        : base(options, key)
    {
        Actor = new LatentActor(features, actions, options);
        Value = new LatentValue(features, options);
        _slow = new LatentValue(features, options);
        foreach (var module in new nn.Module[] { Actor, Value, _slow })
        {
            if (device is not null && device.type != DeviceType.CPU)
                module.to(device);
        }

        Follow(_slow, Value, 1);
        _actorOptimizer = options.Adam(Actor, options.ActorLearningRate);
        _valueOptimizer = options.Adam(Value, options.ValueLearningRate);
    }

    /// <summary>The policy.</summary>
    public LatentActor Actor { get; }

    /// <summary>The value of a belief.</summary>
    public LatentValue Value { get; }

    /// <inheritdoc/>
    public override LatentActorWeights ExportActor() => Actor.Export();

    /// <inheritdoc/>
    public override LatentValueWeights ExportValue() => Value.Export();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _actorOptimizer.Dispose();
        _valueOptimizer.Dispose();
        Actor.Dispose();
        Value.Dispose();
        _slow.Dispose();
    }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, Tensor Value)> State() =>
    [
        .. From("actor", Actor), .. From("value", Value), .. From("slow", _slow),
        .. From("actor", _actorOptimizer), .. From("value", _valueOptimizer),
    ];

    /// <inheritdoc/>
    internal override void Resume(long updates)
    {
        base.Resume(updates);
        _actorOptimizer.StepCount = updates;
        _valueOptimizer.StepCount = updates;
    }

    private protected override IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world)
    {
        var (states, rewards, entropy) = Imagine(starts, world);
        var returns = Returns(rewards, _slow.forward(states.narrow(0, 1, Options.Horizon)));
        var weights = Weights(states.device);
        var mean = (returns * weights).mean() * (1 - Options.Discount);
        var error = (Value.forward(states.narrow(0, 0, Options.Horizon).detach()) - returns.detach()) * (1 - Options.Discount);
        var loss = (error.square() * weights).mean() * 0.5;
        KeyValuePair<string, double>[] metrics =
        [
            new("imagined_return", mean.item<float>()),
            new("value_loss", loss.item<float>()),
            new("actor_entropy", entropy.item<float>()),
        ];
        if (metrics.Any(m => !double.IsFinite(m.Value)))
            return metrics;
        _actorOptimizer.Minimise(-mean - (entropy * Options.Entropy));
        _valueOptimizer.Minimise(loss);
        Follow(_slow, Value, Options.TargetShare);
        return metrics;
    }

    /// <summary>s_0 … s_H [(H + 1) × row × feature], rewards r_1 … r_H [H × row × 1], mean entropy.</summary>
    private (Tensor States, Tensor Rewards, Tensor Entropy) Imagine(Tensor start, ImaginedStep world)
    {
        var (states, rewards, entropies) = (new List<Tensor> { start }, new List<Tensor>(), new List<Tensor>());
        for (var k = 0; k < Options.Horizon; k++)
        {
            var (action, entropy) = Actor.Sample(states[k].detach());
            var (next, reward) = world(states[k], action);
            states.Add(next);
            rewards.Add(reward);
            entropies.Add(entropy);
        }

        return (stack(states), stack(rewards), stack(entropies).mean());
    }

    /// <summary>V^λ_k = r_{k+1} + γ·((1 − λ)·V(s_{k+1}) + λ·V^λ_{k+1}) with V^λ_H = V(s_H).</summary>
    private Tensor Returns(Tensor rewards, Tensor values)
    {
        var returns = new Tensor[Options.Horizon];
        var last = values[Options.Horizon - 1];
        for (var k = Options.Horizon - 1; k >= 0; k--)
        {
            var next = k == Options.Horizon - 1 ? last : (values[k] * (1 - Options.Lambda)) + (last * Options.Lambda);
            last = returns[k] = rewards[k] + (next * Options.Discount);
        }

        return stack(returns);
    }

    /// <summary>γ^k, scaled to a mean of 1: [H × 1 × 1].</summary>
    private Tensor Weights(Device device)
    {
        var weights = Enumerable.Range(0, Options.Horizon).Select(k => Math.Pow(Options.Discount, k)).ToArray();
        return tensor(weights.Select(w => (float)(w / weights.Average())).ToArray(), [Options.Horizon, 1, 1], device: device);
    }
}
