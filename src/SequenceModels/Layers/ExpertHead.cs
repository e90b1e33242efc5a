using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// One modality's expert on the state: N(μ_m, σ_m) from the context and the modality's embedding, by one hidden layer
/// silu(W_c·context + W_e·embedding + b). The embedding's part is computed for all steps at once. Not thread-safe.
/// </summary>
public sealed class ExpertHead : nn.Module<Tensor, Tensor, DiagonalGaussian>
{
    [ComponentName(Name = "context")]
    private readonly Linear _context;

    [ComponentName(Name = "embedding")]
    private readonly Linear _embedding;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    private const double Small = 0.1;

    private readonly int _size;
    // Held for as long as the head: an implicit Scalar may be finalised while native code still reads it.
    private readonly Scalar _minimum;

    /// <summary>Creates the head.</summary>
    /// <param name="context">Context dimension.</param>
    /// <param name="embedding">Embedding dimension, the age included.</param>
    /// <param name="hidden">Hidden units.</param>
    /// <param name="size">D.</param>
    /// <param name="minimumStd">Minimum σ.</param>
    public ExpertHead(int context, int embedding, int hidden, int size, double minimumStd)
        : base(nameof(ExpertHead))
    {
        _context = nn.Linear(context, hidden, hasBias: false);
        _embedding = nn.Linear(embedding, hidden);
        _output = nn.Linear(hidden, 2 * size);
        (_size, _minimum) = (size, minimumStd);
        RegisterComponents();
    }

    /// <summary>From the context; without a bias.</summary>
    public Linear Context => _context;

    /// <summary>From the embedding with the age at its end.</summary>
    public Linear Embedding => _embedding;

    /// <summary>To D means, then D raw stds.</summary>
    public Linear Output => _output;

    /// <summary>Initialises the means as linear in the context and the embedding, and the std as nearly constant.</summary>
    /// <param name="pairs">True when the embedding, except for the age at its end, comes in pairs of opposite sign.</param>
    internal void StartLinear(bool pairs)
    {
        LinearStart.PairOutputs(_context);
        LinearStart.PairOutputs(_embedding);
        if (pairs)
            LinearStart.PairInputs(_embedding.weight!, LinearStart.SecondGain / LinearStart.FirstGain, _embedding.weight!.shape[1] - 1);
        LinearStart.PairInputs(_output.weight!);
        using var noGrad = no_grad();
        _output.weight!.narrow(0, _size, _size).mul_(Small);
    }

    /// <summary>The embedding's part of the hidden layer [… × hidden].</summary>
    public Tensor Project(Tensor embedding) => _embedding.forward(embedding);

    /// <param name="input1">[… × context].</param>
    /// <param name="input2">[… × hidden], from <see cref="Project"/>.</param>
    public override DiagonalGaussian forward(Tensor input1, Tensor input2)
    {
        var output = _output.forward(nn.functional.silu(_context.forward(input1) + input2));
        var last = output.ndim - 1;
        return new DiagonalGaussian(output.narrow(last, 0, _size), nn.functional.softplus(output.narrow(last, _size, _size)) + _minimum);
    }
}
