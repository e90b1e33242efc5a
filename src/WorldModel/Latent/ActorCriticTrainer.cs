using Robotics.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel;

/// <summary>One step of an imagined world: gradients pass through state and action.</summary>
/// <param name="features">[row × feature].</param>
/// <param name="actions">[row × action].</param>
/// <returns>[row × feature], and the reward of arriving, [row × 1].</returns>
public delegate (Tensor Next, Tensor Reward) ImaginedStep(Tensor features, Tensor actions);

/// <summary>
/// Learns behaviour by latent imagination: Hafner et al. 2020, "Dream to Control", algorithm 1, lines 7 to 11. From beliefs of a batch the
/// actor is rolled out in the model; λ-returns V^λ (equations 4 to 6) are what the actor climbs, by the gradient through the dynamics, and
/// what the value regresses to. Where it differs: the returns bootstrap from a slowly following copy of the value (Hafner et al. 2021);
/// both losses weigh steps by γ^k; the actor is paid a little for its entropy; a share of the beliefs is taken. Nothing but actor and
/// value moves. All randomness follows from the key, the update's number and libtorch's generator. Uses the calling thread; not
/// thread-safe; not for the tick path.
/// </summary>
public sealed class ActorCriticTrainer : IDisposable
{
    private readonly ActorCriticOptions _options;
    private readonly LatentValue _slow;
    private readonly ModuleOptimizer _actorOptimizer;
    private readonly ModuleOptimizer _valueOptimizer;
    private readonly RandomKey _key;

    /// <summary>Makes untrained networks, by libtorch's generator.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="options">How.</param>
    /// <param name="key">Which beliefs are started from.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ActorCriticTrainer(int features, int actions, ActorCriticOptions options, RandomKey key, Device? device = null)
    {
        (Actor, Value, _slow) = (new LatentActor(features, actions, options), new LatentValue(features, options), new LatentValue(features, options));
        (_options, _key) = (options, key);
        foreach (var module in new nn.Module[] { Actor, Value, _slow })
        {
            if (device is not null && device.type != DeviceType.CPU)
                module.to(device);
        }

        Follow(1);
        _actorOptimizer = new ModuleOptimizer(Actor, options.ActorLearningRate, options.MaximumGradientNorm);
        _valueOptimizer = new ModuleOptimizer(Value, options.ValueLearningRate, options.MaximumGradientNorm);
    }

    /// <summary>Who acts.</summary>
    public LatentActor Actor { get; }

    /// <summary>What beliefs are worth.</summary>
    public LatentValue Value { get; }

    /// <summary>Gradient steps taken.</summary>
    public long Updates { get; private set; }

    /// <summary>One gradient step of actor and value.</summary>
    /// <param name="features">[… × feature], beliefs to start from; gradients through them are cut.</param>
    /// <param name="counted">[… × 1], 0 for those that are none; null counts all.</param>
    /// <param name="world">What is imagined.</param>
    /// <exception cref="UserErrorException">A loss is no longer finite.</exception>
    public ActorCriticLoss Update(Tensor features, Tensor? counted, ImaginedStep world)
    {
        using var scope = NewDisposeScope();
        var (states, rewards, entropy) = Imagine(Choose(features.detach(), counted), world);
        var returns = Returns(rewards, _slow.forward(states.narrow(0, 1, _options.Horizon)));
        var weights = Weights(states.device);
        var mean = (returns * weights).mean() * (1 - _options.Discount);
        var error = (Value.forward(states.narrow(0, 0, _options.Horizon).detach()) - returns.detach()) * (1 - _options.Discount);
        var valueLoss = (error.square() * weights).mean() * 0.5;
        var loss = new ActorCriticLoss(mean.item<float>(), valueLoss.item<float>(), entropy.item<float>());
        if (!double.IsFinite(loss.Return + loss.Value + loss.Entropy))
            throw new UserErrorException($"Learning in imagination met numbers that are not finite at update {Updates + 1}; lower the step sizes ({_options.ActorLearningRate}, {_options.ValueLearningRate}), then train again from the last checkpoint.");
        _actorOptimizer.Minimise(-mean - (entropy * _options.Entropy));
        _valueOptimizer.Minimise(valueLoss);
        Follow(_options.TargetShare);
        Updates++;
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _actorOptimizer.Dispose();
        _valueOptimizer.Dispose();
        Actor.Dispose();
        Value.Dispose();
        _slow.Dispose();
    }

    /// <summary>All that a resumed training needs, to read and to overwrite.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State() =>
        Of("actor", Actor).Concat(Of("value", Value)).Concat(Of("slow", _slow))
            .Concat(_actorOptimizer.Moments.Select(m => ($"adam.actor.{m.Name}", m.Value)))
            .Concat(_valueOptimizer.Moments.Select(m => ($"adam.value.{m.Name}", m.Value)));

    /// <summary>Goes on from a number of updates, once <see cref="State"/> is as it was then.</summary>
    internal void Resume(long updates) => (Updates, _actorOptimizer.StepCount, _valueOptimizer.StepCount) = (updates, updates, updates);

    private static IEnumerable<(string Name, Tensor Value)> Of(string name, nn.Module module) => module.state_dict().Select(s => ($"{name}.{s.Key}", s.Value));

    /// <summary>s_0 … s_H [(H + 1) × row × feature], rewards r_1 … r_H [H × row × 1], mean entropy.</summary>
    private (Tensor States, Tensor Rewards, Tensor Entropy) Imagine(Tensor start, ImaginedStep world)
    {
        var (states, rewards, entropies) = (new List<Tensor> { start }, new List<Tensor>(), new List<Tensor>());
        for (var k = 0; k < _options.Horizon; k++)
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
        var returns = new Tensor[_options.Horizon];
        var last = values[_options.Horizon - 1];
        for (var k = _options.Horizon - 1; k >= 0; k--)
        {
            var next = k == _options.Horizon - 1 ? last : (values[k] * (1 - _options.Lambda)) + (last * _options.Lambda);
            last = returns[k] = rewards[k] + (next * _options.Discount);
        }

        return stack(returns);
    }

    /// <summary>γ^k, scaled to a mean of 1: [H × 1 × 1].</summary>
    private Tensor Weights(Device device)
    {
        var weights = Enumerable.Range(0, _options.Horizon).Select(k => Math.Pow(_options.Discount, k)).ToArray();
        return tensor(weights.Select(w => (float)(w / weights.Average())).ToArray(), [_options.Horizon, 1, 1], device: device);
    }

    private Tensor Choose(Tensor features, Tensor? counted)
    {
        var rows = features.reshape(-1, features.shape[^1]);
        var mask = counted?.detach().cpu().contiguous().ToFloats();
        var usable = Enumerable.Range(0, (int)rows.shape[0]).Where(r => mask is null || mask[r] > 0).Select(r => (long)r).ToArray();
        if (usable.Length <= _options.Starts && usable.Length == rows.shape[0])
            return rows;
        var random = _key.Derive((ulong)Updates).OpenStream();
        var count = Math.Min(_options.Starts, usable.Length);
        for (var i = 0; i < count; i++)
        {
            var other = i + random.NextInt32(usable.Length - i);
            (usable[i], usable[other]) = (usable[other], usable[i]);
        }

        return rows.index_select(0, tensor(usable[..count], [count], device: rows.device));
    }

    private void Follow(double share)
    {
        using var frozen = no_grad();
        foreach (var (slow, fast) in _slow.parameters().Zip(Value.parameters()))
        {
            using var step = NewDisposeScope();
            slow.copy_((slow * (1 - share)) + (fast * share));
        }
    }
}
