using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.Studies.Structure;

/// <summary>A learned chain for a batch of sequences.</summary>
/// <param name="Offset">b, [T × B × n].</param>
/// <param name="Gain">A, [T × (B or 1) × n × n].</param>
/// <param name="Factor">L, [T × (B or 1) × n × n], lower triangular.</param>
public sealed record ChainTensors(Tensor Offset, Tensor Gain, Tensor Factor);

/// <summary>
/// A variational posterior over states: a Gaussian chain whose parameters are inferred from readings, restricted by its structure. Not
/// thread-safe.
/// </summary>
public abstract class ChainPosterior : nn.Module
{
    private readonly Tensor _gainMask;
    private readonly Tensor _factorMask;

    /// <summary>Makes the masks.</summary>
    protected ChainPosterior(string name, PosteriorStructure structure, int stateDimension)
        : base(name)
    {
        (Structure, StateDimension) = (structure, stateDimension);
        _gainMask = structure switch
        {
            PosteriorStructure.MeanField => zeros(stateDimension, stateDimension),
            PosteriorStructure.Markovian => eye(stateDimension),
            _ => ones(stateDimension, stateDimension),
        };
        _factorMask = structure is PosteriorStructure.MeanField or PosteriorStructure.Markovian
            ? zeros(stateDimension, stateDimension)
            : ones(stateDimension, stateDimension).tril(-1);
        register_buffer("gain_mask", _gainMask, persistent: false);
        register_buffer("factor_mask", _factorMask, persistent: false);
    }

    /// <summary>Restrictions on A and L.</summary>
    public PosteriorStructure Structure { get; }

    /// <summary>State dimension n.</summary>
    public int StateDimension { get; }

    /// <summary>Infers the chain.</summary>
    /// <param name="readings">y, [T × B × p].</param>
    public abstract ChainTensors Infer(Tensor readings);

    /// <summary>
    /// Samples states by the reparameterisation x_t = A_t x_{t−1} + b_t + L_t ε_t: [T × B × n]. Uses libtorch's generator.
    /// </summary>
    public Tensor Sample(ChainTensors chain)
    {
        var noise = randn_like(chain.Offset);
        var jitter = chain.Offset + chain.Factor.matmul(noise.unsqueeze(-1)).squeeze(-1);
        var (steps, gains) = (jitter.unbind(0), chain.Gain.unbind(0));
        var states = new Tensor[steps.Length];
        states[0] = steps[0];
        for (var t = 1; t < steps.Length; t++)
        {
            states[t] = Structure == PosteriorStructure.MeanField
                ? steps[t]
                : steps[t] + gains[t].matmul(states[t - 1].unsqueeze(-1)).squeeze(-1);
        }

        return stack(states, 0);
    }

    /// <summary>The chain's entropy in nats, [B] or [1].</summary>
    public Tensor Entropy(ChainTensors chain)
    {
        var constant = 0.5 * chain.Offset.shape[0] * StateDimension * (1 + Math.Log(2 * Math.PI));
        return chain.Factor.diagonal(0, -2, -1).log().sum(-1).sum(-2) + constant;
    }

    /// <summary>A and L from unconstrained parameters, [… × n × n] each.</summary>
    private protected (Tensor Gain, Tensor Factor) Shape(Tensor gain, Tensor factor) =>
        (gain * _gainMask, (factor * _factorMask) + factor.diagonal(0, -2, -1).exp().diag_embed());
}

/// <summary>
/// For linear systems: b is linear in all readings (for a filter, in those up to its step); A and L are shared by all sequences.
/// Keys: <c>causal</c>, <c>maps</c>, <c>gains</c>, <c>factors</c>. Contains the closed-form optimum of its structure.
/// </summary>
public sealed class LinearChainPosterior : ChainPosterior
{
    private readonly int _steps;

    [ComponentName(Name = "causal")]
    private readonly Tensor _causal;

    [ComponentName(Name = "maps")]
    private readonly Parameter _maps;

    [ComponentName(Name = "gains")]
    private readonly Parameter _gains;

    [ComponentName(Name = "factors")]
    private readonly Parameter _factors;

    /// <summary>Makes the posterior for sequences of one length.</summary>
    public LinearChainPosterior(PosteriorStructure structure, int steps, int stateDimension, int readingDimension)
        : base(nameof(LinearChainPosterior), structure, stateDimension)
    {
        _steps = steps;
        _causal = structure == PosteriorStructure.Filtering
            ? ones(steps, steps).tril().repeat_interleave(stateDimension, 0).repeat_interleave(readingDimension, 1)
            : ones(steps * stateDimension, steps * readingDimension);
        _maps = new Parameter(zeros(steps * stateDimension, steps * readingDimension));
        _gains = new Parameter(zeros(steps, 1, stateDimension, stateDimension));
        _factors = new Parameter(zeros(steps, 1, stateDimension, stateDimension));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override ChainTensors Infer(Tensor readings)
    {
        var batch = readings.shape[1];
        var flat = readings.transpose(0, 1).reshape(batch, -1);
        var offset = flat.matmul((_maps * _causal).t()).view(batch, _steps, StateDimension).transpose(0, 1);
        var (gain, factor) = Shape(_gains, _factors);
        return new ChainTensors(offset, gain, factor);
    }
}

/// <summary>
/// For any system: a recurrent network reads the sequence, in both directions unless it is a filter, and a linear layer maps its states
/// to the chain's parameters. The layer's means are the chain's marginal means c_t, so b_t = c_t − A_t c_{t−1}: means and correlations
/// are learned separately. Initialised to the standard normal. Keys: <c>reader.*</c>, <c>head.*</c>.
/// </summary>
public sealed class RecurrentChainPosterior : ChainPosterior
{
    [ComponentName(Name = "reader")]
    private readonly GRU _reader;

    [ComponentName(Name = "head")]
    private readonly Linear _head;

    /// <summary>Makes the posterior.</summary>
    public RecurrentChainPosterior(PosteriorStructure structure, int stateDimension, int readingDimension, int hidden)
        : base(nameof(RecurrentChainPosterior), structure, stateDimension)
    {
        var both = structure != PosteriorStructure.Filtering;
        _reader = nn.GRU(readingDimension, hidden, bidirectional: both);
        _head = nn.Linear(hidden * (both ? 2 : 1), stateDimension + (2 * stateDimension * stateDimension));
        nn.init.zeros_(_head.weight!);
        nn.init.zeros_(_head.bias!);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override ChainTensors Infer(Tensor readings)
    {
        var (features, last) = _reader.call(readings);
        last.Dispose();
        var parts = _head.forward(features);
        var (length, batch, n) = (readings.shape[0], readings.shape[1], StateDimension);
        var (gain, factor) = Shape(
            parts.narrow(-1, n, n * n).reshape(length, batch, n, n),
            parts.narrow(-1, n + (n * n), n * n).reshape(length, batch, n, n));
        var centre = parts.narrow(-1, 0, n);
        var before = cat([zeros(1, batch, n), centre.narrow(0, 0, length - 1)], 0);
        return new ChainTensors(centre - gain.matmul(before.unsqueeze(-1)).squeeze(-1), gain, factor);
    }
}
