using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>One step of the dynamics with its reward; gradients pass through state and action.</summary>
/// <param name="features">[row × feature].</param>
/// <param name="actions">[row × action].</param>
/// <returns>Next state [row × feature] and its reward [row × 1].</returns>
public delegate (Tensor Next, Tensor Reward) ImaginedStep(Tensor features, Tensor actions);

/// <summary>
/// Trains a policy in imagined rollouts from beliefs. All randomness follows from the key, the update's number and libtorch's generator.
/// Uses the calling thread; not thread-safe; not for the tick path.
/// </summary>
public abstract class BehaviourTrainer : IDisposable
{
    private readonly RandomKey _key;

    private protected BehaviourTrainer(BehaviourOptions options, RandomKey key)
    {
        options.Validate();
        Options = options;
        _key = key;
    }

    /// <summary>Options of the training.</summary>
    public BehaviourOptions Options { get; }

    /// <summary>Gradient steps, or generations, taken.</summary>
    public long Updates { get; private protected set; }

    /// <summary>Makes untrained networks; weights are sampled from libtorch's generator.</summary>
    /// <param name="features">Dimension of a belief (h, s).</param>
    /// <param name="actions">Action dimension.</param>
    /// <param name="method">Method.</param>
    /// <param name="options">Options of the training.</param>
    /// <param name="key">Seed of the choice of beliefs that rollouts start from.</param>
    /// <param name="device">Device for training; null for the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BehaviourTrainer Create(
        int features, int actions, BehaviourMethod method, BehaviourOptions options, RandomKey key, Device? device = null) =>
        method switch
        {
            BehaviourMethod.WorldModels => new WorldModelsTrainer(features, actions, options, key, device),
            BehaviourMethod.Dyna => new DynaTrainer(features, actions, options, key, device),
            _ => new DreamerTrainer(features, actions, options, key, device),
        };

    /// <summary>One gradient step, or generation.</summary>
    /// <param name="features">Beliefs to start from [… × feature]; no gradient passes through them.</param>
    /// <param name="counted">Mask of valid beliefs [… × 1], 0 for padding; null for no padding.</param>
    /// <param name="world">Dynamics and rewards; their weights are fixed.</param>
    /// <returns>Losses and other metrics by name.</returns>
    /// <exception cref="UserErrorException">A loss is no longer finite.</exception>
    public IReadOnlyDictionary<string, double> Learn(Tensor features, Tensor? counted, ImaginedStep world)
    {
        using var scope = NewDisposeScope();
        var figures = Learn(Choose(features.detach(), counted), world).ToDictionary();
        if (figures.FirstOrDefault(f => !double.IsFinite(f.Value)) is { Key: { } name })
        {
            throw new UserErrorException(
                $"Training in imagination gave a value of '{name}' that is not finite at update {Updates + 1}; lower 'actor_learning_rate' "
                + $"({Options.ActorLearningRate}) and 'value_learning_rate' ({Options.ValueLearningRate}), "
                + "then train again from the last checkpoint.");
        }

        Updates++;
        return figures;
    }

    /// <summary>Weights of the policy for the control loop.</summary>
    public abstract LatentActorWeights ExportActor();

    /// <summary>Weights of the value for the control loop; null for a method that learns none.</summary>
    public virtual LatentValueWeights? ExportValue() => null;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Tensors of the state of the training, to save and to overwrite.</summary>
    internal abstract IEnumerable<(string Name, Tensor Value)> State();

    /// <summary>Continues from a number of updates, after <see cref="State"/> was overwritten.</summary>
    internal virtual void Resume(long updates) => Updates = updates;

    private protected abstract IEnumerable<KeyValuePair<string, double>> Learn(Tensor starts, ImaginedStep world);

    private protected static IEnumerable<(string Name, Tensor Value)> From(string name, nn.Module module) =>
        module.state_dict().Select(s => ($"{name}.{s.Key}", s.Value));

    private protected static IEnumerable<(string Name, Tensor Value)> From(string name, FusedAdam optimizer) =>
        optimizer.Moments.Select(m => ($"adam.{name}.{m.Name}", m.Value));

    /// <summary>Moves a slow copy towards its original by a share of the difference.</summary>
    private protected static void Follow(nn.Module slow, nn.Module fast, double share)
    {
        using var noGrad = no_grad();
        foreach (var (behind, ahead) in slow.parameters().Zip(fast.parameters()))
        {
            using var step = NewDisposeScope();
            behind.copy_((behind * (1 - share)) + (ahead * share));
        }
    }

    /// <summary>A random choice of valid beliefs: [start × feature].</summary>
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
