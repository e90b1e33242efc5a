using Robotics.TorchExtras;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// The units in which pixels are compared: colours of the training images without correlation, each of variance 1. A small object of
/// distinct colour then weighs as much as large ones that differ in brightness. Buffers <c>mean</c> [channel],
/// <c>whitening</c> and <c>colouring</c> [channel × channel]. Not thread-safe.
/// </summary>
public sealed class ColourUnits : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "whitening")]
    private readonly Tensor _whitening;

    [ComponentName(Name = "colouring")]
    private readonly Tensor _colouring;

    /// <summary>Creates the identity.</summary>
    public ColourUnits(int channels)
        : base(nameof(ColourUnits))
    {
        _mean = zeros(channels);
        _whitening = eye(channels);
        _colouring = eye(channels);
        RegisterComponents();
    }

    /// <summary>From colours to units.</summary>
    /// <param name="input">[N × channel × height × width].</param>
    public override Tensor forward(Tensor input) => Mix(_whitening, input - _mean.view(1, -1, 1, 1));

    /// <summary>From units to colours.</summary>
    public Tensor ToColours(Tensor units) => Mix(_colouring, units) + _mean.view(1, -1, 1, 1);

    /// <summary>Sets the statistics of the training data.</summary>
    internal void SetStatistics(ColourStatistics statistics)
    {
        statistics.Mean.CopyTo(_mean);
        statistics.Whitening.CopyTo(_whitening);
        statistics.Colouring.CopyTo(_colouring);
    }

    private static Tensor Mix(Tensor matrix, Tensor images) => matrix.matmul(images.flatten(2)).view(images.shape);
}
