using Robotics.Core.Numerics;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// The mean and covariance of the colours of images, and the linear map L⁻¹ to colours without correlation, each of variance 1,
/// where covariance = L Lᵀ. Rare, distinct colours then weigh more than differences in brightness. Immutable.
/// </summary>
/// <param name="Mean">[channel].</param>
/// <param name="Whitening">[channel × channel], L⁻¹, row-major.</param>
/// <param name="Colouring">[channel × channel], L, row-major.</param>
internal sealed record ColourStatistics(float[] Mean, float[] Whitening, float[] Colouring)
{
    // A channel that hardly varies must not be blown up: a hundredth of the pixels' range.
    private const double LeastVariance = 1e-4;
    private const double MinimumStd = 1e-4;

    /// <summary>Computes the statistics of images.</summary>
    /// <param name="images">[N × channel × height × width].</param>
    public static ColourStatistics From(Tensor images)
    {
        using var scope = NewDisposeScope();
        var channels = (int)images.shape[1];
        var pixels = images.permute(1, 0, 2, 3).reshape(channels, -1);
        var mean = pixels.mean([1], keepdim: true);
        var covariance = (pixels - mean).matmul((pixels - mean).t()).ToFloats();
        var matrix = new DenseMatrix(channels, channels);
        for (var i = 0; i < covariance.Length; i++)
            matrix.Data[i] = (covariance[i] / pixels.shape[1]) + (i % (channels + 1) == 0 ? LeastVariance : 0);
        var factor = Cholesky.From(matrix);
        return new ColourStatistics(mean.ToFloats(), Invert(factor, channels),
            [.. factor.Factor.Data.Select((v, i) => i % channels <= i / channels ? (float)v : 0f)]);
    }

    /// <summary>
    /// Mean and standard deviation of each channel of a feature map [N × channel × height × width], the latter 1 where the channel does not
    /// vary: a constant channel must not be amplified layer by layer.
    /// </summary>
    public static (Tensor Mean, Tensor Std) Moments(Tensor features)
    {
        var flat = features.permute(1, 0, 2, 3).reshape(features.shape[1], -1);
        var mean = flat.mean([1]);
        var std = (flat - mean.unsqueeze(1)).square().mean([1]).sqrt();
        return (mean, where(std < MinimumStd, ones_like(std), std));
    }

    /// <summary>Converts filters of decorrelated colours to filters of images that give the same result.</summary>
    /// <param name="filters">[output × channel × row × column].</param>
    public Tensor WhitenFilters(Tensor filters)
    {
        var (outputs, channels) = (filters.shape[0], Mean.Length);
        using var whitening = tensor(Whitening, [channels, channels]);
        return whitening.t().matmul(filters.view(outputs, channels, -1)).view(filters.shape);
    }

    private static float[] Invert(Cholesky factor, int size)
    {
        var inverse = new float[size * size];
        var column = new double[size];
        for (var c = 0; c < size; c++)
        {
            Array.Clear(column);
            column[c] = 1;
            factor.SolveLower(column);
            for (var r = 0; r < size; r++)
                inverse[(r * size) + c] = (float)column[r];
        }

        return inverse;
    }
}
