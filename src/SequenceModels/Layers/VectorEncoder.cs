using Robotics.TorchExtras;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Raw values to an embedding: standardised by the statistics of the training data, then two layers with SiLU.
/// The buffers <c>mean</c> and <c>deviation</c> (std), [dimension], also define the units of this modality's likelihood. Not thread-safe.
/// </summary>
public sealed class VectorEncoder : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "net")]
    private readonly Mlp _net;

    [ComponentName(Name = "mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "deviation")]
    private readonly Tensor _std;

    /// <summary>Creates the encoder.</summary>
    public VectorEncoder(int dimension, int hidden, int embedding)
        : base(nameof(VectorEncoder))
    {
        _net = new Mlp(dimension, hidden, embedding);
        _mean = zeros(dimension);
        _std = ones(dimension);
        RegisterComponents();
    }

    /// <summary>The layers; SiLU follows the second too.</summary>
    public Mlp Net => _net;

    /// <summary>[dimension], subtracted.</summary>
    public Tensor Mean => _mean;

    /// <summary>[dimension], divides.</summary>
    public Tensor Std => _std;

    /// <summary>Raw values to standard units.</summary>
    public Tensor Standardise(Tensor values) => (values - _mean) / _std;

    /// <summary>Initialises the embedding as a linear map of the reading, in pairs of opposite sign.</summary>
    internal void StartLinear()
    {
        LinearStart.Pair(_net);
        LinearStart.PairOutputs(_net.Output, gain: 1);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.silu(_net.forward(Standardise(input)));

    /// <summary>Sets the statistics of the training data.</summary>
    internal void SetStatistics(float[] mean, float[] std)
    {
        mean.CopyTo(_mean);
        std.CopyTo(_std);
    }
}
