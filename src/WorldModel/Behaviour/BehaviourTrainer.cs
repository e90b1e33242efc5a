using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>One step of an imagined world: gradients pass through state and action.</summary>
/// <param name="features">[row × feature].</param>
/// <param name="actions">[row × action].</param>
/// <returns>[row × feature], and the reward of arriving, [row × 1].</returns>
public delegate (Tensor Next, Tensor Reward) ImaginedStep(Tensor features, Tensor actions);

/// <summary>
/// Learns behaviour from imagined futures of beliefs. All randomness follows from the key, the update's number and libtorch's generator.
/// Uses the calling thread; not thread-safe; not for the tick path.
/// </summary>
public abstract class BehaviourTrainer : IDisposable
{
    private readonly RandomKey _key;

    private protected BehaviourTrainer(ActorCriticOptions options, RandomKey key)
    {
        options.Validate();
        (Options, _key) = (options, key);
    }

    /// <summary>How it learns.</summary>
    public ActorCriticOptions Options { get; }

    /// <summary>Gradient steps, or generations, taken.</summary>
    public long Updates { get; private protected set; }

    /// <summary>Makes untrained networks, by libtorch's generator.</summary>
    /// <param name="features">Numbers in (h, s).</param>
    /// <param name="actions">Numbers in an action.</param>
    /// <param name="options">How.</param>
    /// <param name="key">Which beliefs are started from.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BehaviourTrainer Create(int features, int actions, ActorCriticOptions options, RandomKey key, Device? device = null) => options.Method switch
    {
        BehaviourMethod.WorldModels => new LinearControllerTrainer(features, actions, options, key, device),
        BehaviourMethod.Dyna => new DynaTrainer(features, actions, options, key, device),
        _ => new ActorCriticTrainer(features, actions, options, key, device),
    };

    /// <summary>One gradient step, or generation.</summary>
    /// <param name="features">[… × feature], beliefs to start from; gradients through them are cut.</param>
    /// <param name="counted">[… × 1], 0 for those that are none; null counts all.</param>
    /// <param name="world">What is imagined; nothing of it moves.</param>
    /// <returns>How it goes, by name.</returns>
    /// <exception cref="UserErrorException">A loss is no longer finite.</exception>
    public IReadOnlyDictionary<string, double> Learn(Tensor features, Tensor? counted, ImaginedStep world)
    {
        using var scope = NewDisposeScope();
        var figures = Learn(Choose(features.detach(), counted), world).ToDictionary();
        if (figures.FirstOrDefault(f => !double.IsFinite(f.Value)) is { Key: { } name })
            throw new UserErrorException($"Learning in imagination met numbers that are not finite ({name}) at update {Updates + 1}; lower the step sizes ({Options.ActorLearningRate}, {Options.ValueLearningRate}), then train again from the last checkpoint.");
        Updates++;
        return figures;
    }

    /// <summary>Who acts, as the loop's engine packs it.</summary>
    public abstract LatentActorWeights ExportActor();

    /// <summary>What beliefs are worth, as the loop's engine packs it; null for a method that does not say.</summary>
    public virtual LatentValueWeights? ExportValue() => null;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>All that a resumed training needs, to read and to overwrite.</summary>
    internal abstract IEnumerable<(string Name, Tensor Value)> State();

    /// <summary>Goes on from a number of updates, once <see cref="State"/> is as it was then.</summary>
    internal virtual void Resume(long updates) => Updates = updates;

    private protected abstract IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world);

    private protected static IEnumerable<(string Name, Tensor Value)> From(string name, nn.Module module) => module.state_dict().Select(s => ($"{name}.{s.Key}", s.Value));

    private protected static IEnumerable<(string Name, Tensor Value)> From(string name, FusedAdam optimizer) =>
        optimizer.Moments.Select(m => ($"adam.{name}.{m.Name}", m.Value));

    /// <summary>Moves a slow copy a share of the way.</summary>
    private protected static void Follow(nn.Module slow, nn.Module fast, double share)
    {
        using var noGrad = no_grad();
        foreach (var (behind, ahead) in slow.parameters().Zip(fast.parameters()))
        {
            using var step = NewDisposeScope();
            behind.copy_((behind * (1 - share)) + (ahead * share));
        }
    }

    /// <summary>Some of the beliefs that count: [start × feature].</summary>
    private Tensor Choose(Tensor features, Tensor? counted)
    {
        var rows = features.reshape(-1, features.shape[^1]);
        var mask = counted?.detach().cpu().contiguous().ToFloats();
        var usable = Enumerable.Range(0, (int)rows.shape[0]).Where(r => mask is null || mask[r] > 0).Select(r => (long)r).ToArray();
        if (usable.Length <= Options.Starts && usable.Length == rows.shape[0])
            return rows;
        var random = _key.Derive((ulong)Updates).OpenStream();
        var count = Math.Min(Options.Starts, usable.Length);
        for (var i = 0; i < count; i++)
        {
            var other = i + random.NextInt32(usable.Length - i);
            (usable[i], usable[other]) = (usable[other], usable[i]);
        }

        return rows.index_select(0, tensor(usable[..count], [count], device: rows.device));
    }
}
