using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>
/// Dyna (Sutton 1991) with short rollouts from real beliefs (Janner et al. 2019, "When to Trust Your Model", algorithm 2). Two action
/// values learn from imagined transitions by temporal differences, with the smaller of their slow copies as target (Fujimoto et al. 2018);
/// the actor maximises the first. No gradient passes through the dynamics. Where it differs: transitions are imagined again for each update
/// and not stored; every second rollout starts with a uniformly sampled action and later actions carry noise, so that the values see
/// actions off the policy; the actor is fixed for the first updates and then moves at every second one, because early errors of the values
/// would drive it to its limits. Not thread-safe; not for the tick path.
/// </summary>
public sealed class DynaTrainer : BehaviourTrainer
{
    private const int RolloutLength = 5;
    private const int ActorDelay = 300;
    private const int ActorInterval = 2;
    private const double NoiseStd = 0.3;
    private readonly LatentActor _actor;
    private readonly LatentMlp[] _values;
    private readonly LatentMlp[] _slow;
    private readonly FusedAdam _actorOptimizer;
    private readonly FusedAdam[] _valueOptimizers;

    /// <summary>Makes untrained networks; weights are sampled from libtorch's generator.</summary>
    /// <param name="features">Dimension of a belief (h, s).</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="options">Options of the training.</param>
    /// <param name="key">Seed of the choice of beliefs that rollouts start from.</param>
    /// <param name="device">Device for training; null for the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public DynaTrainer(int features, int actions, BehaviourOptions options, RandomKey key, Device? device = null)
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
        .. From("actor", _actor), .. From("first", _values[0]), .. From("second", _values[1]),
        .. From("slow_first", _slow[0]), .. From("slow_second", _slow[1]),
        .. From("actor", _actorOptimizer), .. From("first", _valueOptimizers[0]), .. From("second", _valueOptimizers[1]),
    ];

    /// <inheritdoc/>
    internal override void Resume(long updates)
    {
        base.Resume(updates);
        _actorOptimizer.StepCount = Math.Max(0, updates - ActorDelay + ActorInterval - 1) / ActorInterval;
        Array.ForEach(_valueOptimizers, o => o.StepCount = updates);
    }

    private protected override IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world)
    {
        var (states, actions, target) = Imagine(starts, world);
        var losses = new double[2];
        for (var i = 0; i < 2; i++)
        {
            var loss = (ActionValue(_values[i], states, actions) - target).square().mean() * 0.5;
            losses[i] = loss.item<float>();
            if (double.IsFinite(losses[i]))
                _valueOptimizers[i].Minimise(loss);
        }

        var (sampled, entropy) = _actor.Sample(states);
        var value = ActionValue(_values[0], states, sampled).mean();
        if (losses.All(double.IsFinite) && Updates >= ActorDelay && Updates % ActorInterval == 0)
            _actorOptimizer.Minimise(-value - (entropy * Options.Entropy));
        Follow(Options.TargetShare);
        return
        [
            new("imagined_return", value.item<float>()),
            new("value_loss", losses.Average()),
            new("actor_entropy", entropy.item<float>()),
        ];
    }

    /// <summary>Imagined transitions of a few steps: states, actions, and targets of the action values, reward per step.</summary>
    private (Tensor States, Tensor Actions, Tensor Target) Imagine(Tensor state, ImaginedStep world)
    {
        using var noGrad = no_grad();
        var (states, actions, targets) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var k = 0; k < Math.Min(RolloutLength, Options.Horizon); k++)
        {
            var action = Explore(_actor.Sample(state).Action, k == 0);
            var (next, reward) = world(state, action);
            var (following, _) = _actor.Sample(next);
            var later = minimum(ActionValue(_slow[0], next, following), ActionValue(_slow[1], next, following));
            states.Add(state);
            actions.Add(action);
            targets.Add((reward * (1 - Options.Discount)) + (later * Options.Discount));
            state = next;
        }

        return (cat(states, 0), cat(actions, 0), cat(targets, 0));
    }

    private static Tensor Explore(Tensor action, bool isFirst)
    {
        var noisy = (action + (randn_like(action) * NoiseStd)).clamp(-1, 1);
        if (!isFirst)
            return noisy;
        var isUniform = (arange(action.shape[0], device: action.device) % 2 == 0).unsqueeze(1);
        return where(isUniform, (rand_like(action) * 2) - 1, noisy);
    }

    private void Follow(double share)
    {
        for (var i = 0; i < 2; i++)
            Follow(_slow[i], _values[i], share);
    }

    private static Tensor ActionValue(LatentMlp value, Tensor states, Tensor actions) => value.forward(cat([states, actions], 1));
}
