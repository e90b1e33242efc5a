using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// Learns behaviour by latent imagination: Hafner et al. 2020, "Dream to Control", algorithm 1, lines 7 to 11. From beliefs of a batch the
/// actor is rolled out in the model; λ-returns V^λ (equations 4 to 6) are what the actor climbs, by the gradient through the dynamics, and
/// what the value regresses to. Where it differs: the returns bootstrap from a slowly following copy of the value (Hafner et al. 2021);
/// both losses weigh steps by γ^k; the actor is paid a little for its entropy; a share of the beliefs is taken. Nothing but actor and
/// value moves. Not thread-safe; not for the tick path.
/// </summary>
public sealed class ActorCriticTrainer : BehaviourTrainer
{
    private readonly LatentValue _slow;
    private readonly FusedAdam _actorOptimizer;
    private readonly FusedAdam _valueOptimizer;

    /// <summary>Makes untrained networks, by libtorch's generator.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="options">How.</param>
    /// <param name="key">Which beliefs are started from.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ActorCriticTrainer(int features, int actions, ActorCriticOptions options, RandomKey key, Device? device = null)
        : base(options, key)
    {
        (Actor, Value, _slow) = (new LatentActor(features, actions, options), new LatentValue(features, options), new LatentValue(features, options));
        foreach (var module in new nn.Module[] { Actor, Value, _slow })
        {
            if (device is not null && device.type != DeviceType.CPU)
                module.to(device);
        }

        Follow(_slow, Value, 1);
        _actorOptimizer = options.Adam(Actor, options.ActorLearningRate);
        _valueOptimizer = options.Adam(Value, options.ValueLearningRate);
    }

    /// <summary>Who acts.</summary>
    public LatentActor Actor { get; }

    /// <summary>What beliefs are worth.</summary>
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
        [.. From("actor", Actor), .. From("value", Value), .. From("slow", _slow), .. From("actor", _actorOptimizer), .. From("value", _valueOptimizer)];

    /// <inheritdoc/>
    internal override void Resume(long updates)
    {
        base.Resume(updates);
        (_actorOptimizer.StepCount, _valueOptimizer.StepCount) = (updates, updates);
    }

    private protected override IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world)
    {
        var (states, rewards, entropy) = Imagine(starts, world);
        var returns = Returns(rewards, _slow.forward(states.narrow(0, 1, Options.Horizon)));
        var weights = Weights(states.device);
        var mean = (returns * weights).mean() * (1 - Options.Discount);
        var error = (Value.forward(states.narrow(0, 0, Options.Horizon).detach()) - returns.detach()) * (1 - Options.Discount);
        var loss = (error.square() * weights).mean() * 0.5;
        KeyValuePair<string, double>[] figures = [new("imagined_return", mean.item<float>()), new("value_loss", loss.item<float>()), new("actor_entropy", entropy.item<float>())];
        if (figures.Any(f => !double.IsFinite(f.Value)))
            return figures;
        _actorOptimizer.Minimise(-mean - (entropy * Options.Entropy));
        _valueOptimizer.Minimise(loss);
        Follow(_slow, Value, Options.TargetShare);
        return figures;
    }

    /// <summary>s_0 … s_H [(H + 1) × row × feature], rewards r_1 … r_H [H × row × 1], mean entropy.</summary>
    private (Tensor States, Tensor Rewards, Tensor Entropy) Imagine(Tensor start, ImaginedStep world)
    {
        var (states, rewards, entropies) = (new List<Tensor> { start }, new List<Tensor>(), new List<Tensor>());
        for (var k = 0; k < Options.Horizon; k++)
        {
            var (action, entropy) = Actor.Draw(states[k].detach());
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
