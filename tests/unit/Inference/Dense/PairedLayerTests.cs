using Robotics.Core.Randomness;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Tests.Unit.Inference;

public class PairedLayerTests
{
    [Fact]
    public void Problem_LibraryBesideTheProgram_IsTheProcessorsAlone()
    {
        var hasInstructions = File.ReadLines("/proc/cpuinfo")
            .Any(l => l.StartsWith("flags", StringComparison.Ordinal) && l.Contains("avx512_bf16"));

        if (hasInstructions)
            Assert.Null(KernelLibrary.Shared.Problem);
        else
            Assert.Contains("AVX512_BF16", KernelLibrary.Shared.Problem);
    }

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2f, 0xC000)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(1.0040f, 0x3F81)]
    [InlineData(float.MaxValue, 0x7F80)]
    [InlineData(float.NegativeInfinity, 0xFF80)]
    public void Rounded_Number_IsNearestWithTiesToEven(float value, int bits) => Assert.Equal(bits, PairedLayer.Rounded(value));

    // The error is that of activations so near a border that they round to the other side; each layer adds some.
    [Theory]
    [InlineData(1, 1, 1, 1, 1e-3)]
    [InlineData(7, 23, 5, 1, 1e-3)]
    [InlineData(3, 200, 28, 1, 1e-3)]
    [InlineData(24, 199, 28, 1, 1e-3)]
    [InlineData(6, 200, 8, 3, 2e-3)]
    public void Run_AnySize_MatchesDoublePrecisionOnRoundedOperands(int inputs, int hidden, int outputs, int rounded, double tolerance)
    {
        if (KernelLibrary.Shared.Problem is not null)
            return;
        var random = RandomKey.FromSeed(11).OpenStream();
        List<LayerWeights> layers = [Layer(ref random, inputs, hidden)];
        for (var i = 0; i < rounded; i++)
            layers.Add(Layer(ref random, hidden, hidden));
        layers.Add(Layer(ref random, hidden, outputs));
        var network = new PackedMlp(layers, 2, VectorWidth.Bits512, KernelLibrary.Shared);
        var (errors, squares) = (0.0, 0.0);
        for (var (member, vectors) = (0, 1); member < 2; member++, vectors++)
        {
            var tile = vectors * VectorWidth.Bits512.Lanes();
            var input = EnsembleSamples.Numbers(ref random, inputs * tile, 1);
            var result = VectorFunctions.RunNetwork(network, member, input, vectors);
            for (var lane = 0; lane < tile; lane++)
            {
                var expected = Reference(layers, member, [.. Enumerable.Range(0, inputs).Select(i => (double)input[(i * tile) + lane])]);
                for (var o = 0; o < outputs; o++)
                {
                    errors += Math.Pow(expected[o] - result[(o * tile) + lane], 2);
                    squares += Math.Pow(expected[o], 2);
                }
            }
        }

        Assert.InRange(Math.Sqrt(errors / squares), 1e-9, tolerance);
    }

    private static double[] Reference(List<LayerWeights> layers, int member, double[] x)
    {
        for (var l = 0; l < layers.Count; l++)
        {
            var (layer, y) = (layers[l], new double[layers[l].Outputs]);
            var rounds = l > 0 && l < layers.Count - 1;
            var isRead = l < layers.Count - 2;
            for (var o = 0; o < layer.Outputs; o++)
            {
                var sum = (double)layer.Biases[(member * layer.Outputs) + o];
                for (var i = 0; i < layer.Inputs; i++)
                {
                    var weight = layer.Weights[(((member * layer.Outputs) + o) * layer.Inputs) + i];
                    sum += (rounds ? Round(weight) : weight) * x[i];
                }

                y[o] = l == layers.Count - 1 ? sum : sum / (1 + Math.Exp(-sum));
                if (isRead)
                    y[o] = Round((float)y[o]);
            }

            x = y;
        }

        return x;
    }

    private static double Round(float value) => BitConverter.UInt32BitsToSingle((uint)PairedLayer.Rounded(value) << 16);

    private static LayerWeights Layer(ref RandomStream random, int inputs, int outputs) => new(
        inputs, outputs, EnsembleSamples.Numbers(ref random, 2 * outputs * inputs, 1 / Math.Sqrt(inputs)),
        EnsembleSamples.Numbers(ref random, 2 * outputs, 0.3));
}
