using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// A policy on imagined data: Dyna (Sutton 1991) with short rollouts from real beliefs (Janner et al. 2019, "When to Trust Your Model",
/// algorithm 2). Two action values learn from imagined transitions by differences in time, against the smaller of their slow copies
/// (Fujimoto et al. 2018); the actor climbs the first. No gradient goes through the dynamics. Where it differs: transitions are imagined
/// anew for each update and not stored; every second rollout begins with an action drawn evenly, and further actions carry noise, so that
/// values know what other actions would bring; and the actor waits for the values at first and then climbs at every second update, or it
/// would run after their first errors to its limits. Not thread-safe; not for the tick path.
/// </summary>
public sealed class DynaTrainer : BehaviourTrainer
{
    private const int Branch = 5;
    private const int Patience = 300;
    private const int ActorInterval = 2;
    private const double Noise = 0.3;
    private readonly LatentActor _actor;
    private readonly LatentMlp[] _values;
    private readonly LatentMlp[] _slow;
    private readonly FusedAdam _actorOptimizer;
    private readonly FusedAdam[] _valueOptimizers;

    /// <summary>Makes untrained networks, by libtorch's generator.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="options">How.</param>
    /// <param name="key">Which beliefs are started from.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public DynaTrainer(int features, int actions, ActorCriticOptions options, RandomKey key, Device? device = null)
        : base(options, key)
    {
        _actor = new LatentActor(features, actions, options);
        _values = [Value(), Value()];
        _slow = [Value(), Value()];
        foreach (var module in (nn.Module[])[_actor, .. _values, .. _slow])
        {
            if (device is not null && device.type != DeviceType.CPU)
                module.to(device);
        }

        Follow(1);
        _actorOptimizer = options.Adam(_actor, options.ActorLearningRate);
        _valueOptimizers = [.. _values.Select(v => options.Adam(v, options.ValueLearningRate))];

        LatentMlp Value() => new(features + actions, options.Hidden, 1);
    }

    /// <inheritdoc/>
    public override LatentActorWeights ExportActor() => _actor.Export();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _actorOptimizer.Dispose();
        Array.ForEach(_valueOptimizers, o => o.Dispose());
        _actor.Dispose();
        foreach (var value in _values.Concat(_slow))
            value.Dispose();
    }

    /// <inheritdoc/>
    internal override IEnumerable<(string Name, Tensor Value)> State() =>
    [
        .. From("actor", _actor), .. From("first", _values[0]), .. From("second", _values[1]), .. From("slow_first", _slow[0]), .. From("slow_second", _slow[1]),
        .. From("actor", _actorOptimizer), .. From("first", _valueOptimizers[0]), .. From("second", _valueOptimizers[1]),
    ];

    /// <inheritdoc/>
    internal override void Resume(long updates)
    {
        base.Resume(updates);
        _actorOptimizer.StepCount = Math.Max(0, updates - Patience + ActorInterval - 1) / ActorInterval;
        Array.ForEach(_valueOptimizers, o => o.StepCount = updates);
    }

    private protected override IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world)
    {
        var (states, actions, target) = Imagine(starts, world);
        var losses = new double[2];
        for (var i = 0; i < 2; i++)
        {
            var loss = (From(_values[i], states, actions) - target).square().mean() * 0.5;
            losses[i] = loss.item<float>();
            if (double.IsFinite(losses[i]))
                _valueOptimizers[i].Minimise(loss);
        }

        var (drawn, entropy) = _actor.Draw(states);
        var climbed = From(_values[0], states, drawn).mean();
        if (losses.All(double.IsFinite) && Updates >= Patience && Updates % ActorInterval == 0)
            _actorOptimizer.Minimise(-climbed - (entropy * Options.Entropy));
        Follow(Options.TargetShare);
        return [new("imagined_return", climbed.item<float>()), new("value_loss", losses.Average()), new("actor_entropy", entropy.item<float>())];
    }

    /// <summary>Imagined transitions of a few steps: states, actions, and what the action values should be, in rewards a step.</summary>
    private (Tensor States, Tensor Actions, Tensor Target) Imagine(Tensor state, ImaginedStep world)
    {
        using var noGrad = no_grad();
        var (states, actions, targets) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var k = 0; k < Math.Min(Branch, Options.Horizon); k++)
        {
            var action = Explore(_actor.Draw(state).Action, k == 0);
            var (next, reward) = world(state, action);
            var (following, _) = _actor.Draw(next);
            var later = minimum(From(_slow[0], next, following), From(_slow[1], next, following));
            states.Add(state);
            actions.Add(action);
            targets.Add((reward * (1 - Options.Discount)) + (later * Options.Discount));
            state = next;
        }

        return (cat(states, 0), cat(actions, 0), cat(targets, 0));
    }

    private static Tensor Explore(Tensor action, bool isFirst)
    {
        var noisy = (action + (randn_like(action) * Noise)).clamp(-1, 1);
        return isFirst ? where((arange(action.shape[0], device: action.device) % 2 == 0).unsqueeze(1), (rand_like(action) * 2) - 1, noisy) : noisy;
    }

    private void Follow(double share)
    {
        for (var i = 0; i < 2; i++)
            Follow(_slow[i], _values[i], share);
    }

    private static Tensor From(LatentMlp value, Tensor states, Tensor actions) => value.forward(cat([states, actions], 1));
}
