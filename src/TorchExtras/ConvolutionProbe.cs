using static TorchSharp.torch;

namespace Robotics.TorchExtras;

/// <summary>
/// Test of libtorch's convolutions on this processor (see <see cref="OneDnn"/>): a 3 × 3 convolution from 3 to 8 channels, which are
/// no multiples of a vector's width, forward and gradients, single compared with double precision.
/// </summary>
public static class ConvolutionProbe
{
    /// <summary>Above rounding, far below what a wrong convolution differs by.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The largest difference of output, input gradient and weight gradient, as a share of each one's largest number.</summary>
    public static double MaximumRelativeError()
    {
        using var scope = NewDisposeScope();
        var (single, exact) = (Run(ScalarType.Float32), Run(ScalarType.Float64));
        return single.Zip(exact, (s, e) => ((s - e).abs().max() / e.abs().max()).item<double>()).Max();
    }

    private static Tensor[] Run(ScalarType type)
    {
        var input = Wave(4 * 3 * 16 * 16, type).view(4, 3, 16, 16).requires_grad_();
        var weight = (Wave(8 * 3 * 3 * 3, type) * 0.2).view(8, 3, 3, 3).detach().requires_grad_();
        var output = nn.functional.conv2d(input, weight, padding: [1, 1]);
        (output * Wave(output.NumberOfElements, type).view(output.shape)).sum().backward();
        return [.. new[] { output.detach(), input.grad!, weight.grad! }.Select(t => t.to(ScalarType.Float64))];
    }

    /// <summary>Values between −1 and 1 that do not repeat, the same in both precisions.</summary>
    private static Tensor Wave(long count, ScalarType type) =>
        arange(count, dtype: ScalarType.Float64).mul(0.7).sin().to(ScalarType.Float32).to(type);
}
