using System.Globalization;
using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.TorchExtras;

/// <summary>Convolutions by patches against libtorch's in double precision, which do not use oneDNN.</summary>
public class PatchConvolutionTests
{
    private const int Shapes = 600;
    private static readonly int[] ChannelCounts = [1, 2, 3, 4, 5, 8, 12, 16, 24, 32, 48, 64];

    [Fact]
    public void Convolve_SampledShapes_AgreesWithDoublePrecisionAndItsGradients()
    {
        var random = RandomKey.FromSeed(1).OpenStream();
        for (var i = 0; i < Shapes; i++)
        {
            var (n, c, o, k, stride) = (Pick(1, 6), Channels(), Channels(), Pick(1, 5), Pick(1, 3));
            var (h, w) = (k + Pick(0, 12), k + Pick(0, 12));
            Agree(
                string.Create(CultureInfo.InvariantCulture, $"{n}×{c}×{h}×{w} to {o}, kernel {k}, stride {stride}"),
                [n, c, h, w], [o, c, k, k], o,
                (x, a, b) => PatchConvolution.Convolve(x, a, b, stride),
                (x, a, b) => nn.functional.conv2d(x, a, b, strides: [stride, stride]));
        }

        int Pick(int low, int high) => (int)random.NextUniform(low, high + 1);
        int Channels() => Pick(0, 1) == 0 ? Pick(1, 64) : ChannelCounts[Pick(0, ChannelCounts.Length - 1)];
    }

    [Fact]
    public void ConvolveTransposed_SampledShapes_AgreesWithDoublePrecisionAndItsGradients()
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        for (var i = 0; i < Shapes; i++)
        {
            var (n, c, o, k, stride) = (Pick(1, 6), Channels(), Channels(), Pick(1, 5), Pick(1, 3));
            var padding = Pick(0, (k - 1) / 2);
            var (h, w) = (Pick(1, 10), Pick(1, 10));
            Agree(
                string.Create(CultureInfo.InvariantCulture, $"{n}×{c}×{h}×{w} to {o}, kernel {k}, stride {stride}, padding {padding}"),
                [n, c, h, w], [c, o, k, k], o,
                (x, a, b) => PatchConvolution.ConvolveTransposed(x, a, b, stride, padding),
                (x, a, b) => nn.functional.conv_transpose2d(x, a, b, strides: [stride, stride], padding: [padding, padding]));
        }

        int Pick(int low, int high) => (int)random.NextUniform(low, high + 1);
        int Channels() => Pick(0, 1) == 0 ? Pick(1, 64) : ChannelCounts[Pick(0, ChannelCounts.Length - 1)];
    }

    [Fact]
    public void Convolve_ManyTimes_KeepsNoTensors()
    {
        Run();
        var before = TorchProcess.LiveTensors;
        for (var i = 0; i < 50; i++)
            Run();
        Assert.InRange(TorchProcess.LiveTensors - before, long.MinValue, 10);

        static void Run()
        {
            using var scope = NewDisposeScope();
            var (x, w) = (ones(2, 3, 8, 8).requires_grad_(), ones(4, 3, 4, 4).requires_grad_());
            PatchConvolution.Convolve(x, w, zeros(4), 2).sum().backward();
        }
    }

    private static void Agree(
        string shape, long[] inputShape, long[] weightShape, int outputs, Func<Tensor, Tensor, Tensor, Tensor> ours,
        Func<Tensor, Tensor, Tensor, Tensor> exact)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor[] values = [
            randn(inputShape, generator: generator), randn(weightShape, generator: generator), randn([outputs], generator: generator)];
        var (single, expected) = (Run(values, ScalarType.Float32, ours), Run(values, ScalarType.Float64, exact));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].shape, single[i].shape);
            var error = (single[i] - expected[i]).abs().max().item<double>() / expected[i].abs().max().item<double>();
            Assert.True(error < 1e-5, string.Create(CultureInfo.InvariantCulture, $"{shape}: result {i} is off by {error:E1}"));
        }
    }

    /// <summary>Output and the gradients of input, weights and biases under a loss whose slope differs at every position.</summary>
    private static Tensor[] Run(Tensor[] values, ScalarType type, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        Tensor[] own = [.. values.Select(v => v.detach().clone().to(type).requires_grad_())];
        var output = convolve(own[0], own[1], own[2]);
        // Positive, so that gradients of biases are not differences of nearly equal sums.
        var slope = arange(output.NumberOfElements, dtype: ScalarType.Float64).mul(0.7).sin().add(1.5).to(ScalarType.Float32).to(type);
        (output * slope.view(output.shape)).sum().backward();
        return [.. new[] { output.detach(), own[0].grad!, own[1].grad!, own[2].grad! }.Select(t => t.to(ScalarType.Float64))];
    }
}
