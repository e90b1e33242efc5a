using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Sequences;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>
/// The recurrent state-space model: Hafner et al. 2019, "Learning Latent Dynamics for Planning from Pixels", section 3.
/// h_t = f(h_{t−1}, s_{t−1}, a_{t−1}) by a gated recurrent unit; prior p(s_t | h_t); likelihoods of (h_t, s_t). Where it differs:
/// <list type="bullet">
/// <item>The posterior is a product of experts, q(s_t | h_t, o_t) ∝ p(s_t | h_t) · ∏_m N(μ_m, σ_m)^mask_m with one expert per modality
/// on (h_t, e_m): a missing modality contributes nothing, and without any the posterior is the prior.</item>
/// <item>The prior's mean may be predicted as a change of the last state (<see cref="SequenceModelOptions.ResidualPrior"/>).</item>
/// <item>Images and vectors are encoded with their age; hidden layers use SiLU in place of ELU.</item>
/// </list>
/// The kinds <see cref="SequenceModelKind.Rnn"/> and <see cref="SequenceModelKind.Ssm"/> are the paper's ablations (section 3,
/// figure 2): the first samples nothing and gives every distribution unit variance, so that its KL is half the squared distance;
/// the second has no memory besides s_t, and its likelihoods depend on s_t alone. Not thread-safe.
/// </summary>
/// <remarks>
/// Keys: <c>transition.*</c> [hidden × (state + action)], <c>cell.*</c> (reset, update, new gate, as PyTorch orders them),
/// <c>prior.net.*</c>, <c>experts.M.*</c>, and those of <see cref="ObservationEncoder"/> and <see cref="ObservationDecoder"/>.
/// </remarks>
public sealed class RecurrentStateSpaceModel : SequenceModel
{
    [ComponentName(Name = "transition")]
    private readonly Linear _transition;

    [ComponentName(Name = "cell")]
    private readonly GRUCell? _cell;

    [ComponentName(Name = "path")]
    private readonly Linear? _path;

    [ComponentName(Name = "prior")]
    private readonly GaussianHead _prior;

    [ComponentName(Name = "experts")]
    private readonly ModuleList<ExpertHead> _experts;

    /// <summary>Creates an untrained model; weights are sampled from libtorch's generator.</summary>
    public RecurrentStateSpaceModel(SequenceLayout layout, SequenceModelOptions options)
        : base(nameof(RecurrentStateSpaceModel), layout, options, Features(options), Features(options))
    {
        var o = options;
        _transition = nn.Linear(o.Stochastic + layout.ActionDimension, o.Hidden);
        _cell = HasMemory ? nn.GRUCell(o.Hidden, o.Deterministic) : null;
        _path = HasMemory ? null : nn.Linear(o.Hidden, o.Deterministic);
        _prior = new GaussianHead(o.Deterministic, o.Hidden, o.Stochastic, o.MinimumDeviation);
        _experts = new ModuleList<ExpertHead>([.. _encoder.Sizes.Select(
            size => new ExpertHead(o.Deterministic, size, o.Hidden, o.Stochastic, o.MinimumDeviation))]);
        RegisterComponents();
        if (o.StartLinear)
            StartLinear();
    }

    /// <summary>True when the model has a deterministic state.</summary>
    public bool HasMemory => Options.Kind != SequenceModelKind.Ssm;

    /// <summary>(s, a) to the recurrent unit's input, before SiLU.</summary>
    public Linear Transition => _transition;

    /// <summary>The recurrent unit; null without a deterministic state.</summary>
    public GRUCell? Cell => _cell;

    /// <summary>p(s | h).</summary>
    public GaussianHead Prior => _prior;

    /// <summary>The modalities' experts.</summary>
    public IReadOnlyList<ExpertHead> Experts => [.. _experts];

    private bool IsDeterministic => Options.Kind == SequenceModelKind.Rnn;

    /// <inheritdoc/>
    public override InferredSequence Infer(SequenceBatch batch, bool sample)
    {
        var embeddings = _encoder.Embed(batch);
        var projected = embeddings.Select((e, m) => _experts[m].Project(e).unbind(0)).ToArray();
        var masks = batch.Modalities.Select(m => m.Kept.unbind(0)).ToArray();
        var actions = batch.Actions.unbind(0);
        var (priors, posteriors, carries) = (new List<DiagonalGaussian>(), new List<DiagonalGaussian>(), new List<Tensor>());
        var carry = InitialCarry(batch.Count, batch.Actions.device);
        for (var t = 0; t < batch.Length; t++)
        {
            var path = Path(carry, actions[t]);
            var prior = PriorOf(path, carry);
            var posterior = prior.Multiply([.. projected.Select((p, m) => ExpertOf(m, path, p[t]))], [.. masks.Select(m => m[t])]);
            posterior = IsDeterministic ? posterior with { Std = prior.Std } : posterior;
            carry = Join(path, sample && !IsDeterministic ? posterior.Sample() : posterior.Mean);
            priors.Add(prior);
            posteriors.Add(posterior);
            carries.Add(carry);
        }

        var all = stack(carries);
        return new InferredSequence(all, all, DiagonalGaussian.Stack(posteriors), DiagonalGaussian.Stack(priors));
    }

    /// <inheritdoc/>
    public override Tensor Imagine(Tensor carry, Tensor actions, bool sample)
    {
        var features = new List<Tensor>();
        foreach (var action in actions.unbind(0))
        {
            carry = Advance(carry, action, sample).Carry;
            features.Add(carry);
        }

        return stack(features);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<DiagonalGaussian> Overshoot(InferredSequence inferred, SequenceBatch batch, int distance)
    {
        var priors = new List<DiagonalGaussian>();
        var length = Math.Min(distance, batch.Length - 1);
        var carry = inferred.Carries;
        for (var d = 1; d <= length; d++)
        {
            var steps = batch.Length - d;
            var rows = (long)steps * batch.Count;
            var (prior, next) = Advance(
                carry.narrow(0, 0, steps).reshape(rows, -1), batch.Actions.narrow(0, d, steps).reshape(rows, -1), sample: true);
            carry = next.view(steps, batch.Count, -1);
            if (d > 1)
                priors.Add(new DiagonalGaussian(prior.Mean.view(steps, batch.Count, -1), prior.Std.view(steps, batch.Count, -1)));
        }

        return priors;
    }

    /// <summary>The belief before the first action: zeros.</summary>
    public Tensor InitialCarry(long count, Device device) => zeros([count, CarryDimension], device: device);

    /// <summary>One step without observations.</summary>
    internal (DiagonalGaussian Prior, Tensor Carry) Advance(Tensor carry, Tensor action, bool sample)
    {
        var path = Path(carry, action);
        var prior = PriorOf(path, carry);
        return (prior, Join(path, sample && !IsDeterministic ? prior.Sample() : prior.Mean));
    }

    /// <summary>h_t of a belief and an action.</summary>
    internal Tensor Path(Tensor carry, Tensor action)
    {
        var input = nn.functional.silu(_transition.forward(cat([StateOf(carry), action], 1)));
        return _cell is null
            ? nn.functional.silu(_path!.forward(input))
            : _cell.forward(input, carry.narrow(1, 0, Options.Deterministic));
    }

    /// <summary>p(s_t | h_t), of a deterministic state and the belief before it.</summary>
    internal DiagonalGaussian PriorOf(Tensor path, Tensor carry)
    {
        var prior = Fix(_prior.forward(path));
        return Options.ResidualPrior ? prior with { Mean = prior.Mean + StateOf(carry) } : prior;
    }

    internal DiagonalGaussian ExpertOf(int modality, Tensor path, Tensor projected) => Fix(_experts[modality].forward(path, projected));

    internal Tensor Join(Tensor path, Tensor state) => HasMemory ? cat([path, state], 1) : state;

    private static int Features(SequenceModelOptions options) =>
        options.Stochastic + (options.Kind == SequenceModelKind.Ssm ? 0 : options.Deterministic);

    private void StartLinear()
    {
        LinearStart.PairOutputs(_transition, gain: 1);
        LinearStart.PairInputs((_cell?.weight_ih ?? _path!.weight)!, gain: 1);
        for (var m = 0; m < _experts.Count; m++)
        {
            var vector = _encoder[m] as VectorEncoder;
            vector?.StartLinear();
            _experts[m].StartLinear(pairs: vector is not null);
            if (_decoder[m] is Mlp decoder)
                LinearStart.Pair(decoder);
        }
    }

    private Tensor StateOf(Tensor carry) => HasMemory ? carry.narrow(1, Options.Deterministic, Options.Stochastic) : carry;

    private DiagonalGaussian Fix(DiagonalGaussian distribution) =>
        IsDeterministic ? distribution with { Std = ones_like(distribution.Std) } : distribution;
}
