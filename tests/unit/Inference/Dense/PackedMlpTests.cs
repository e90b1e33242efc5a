using Robotics.Core.Randomness;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Tests.Unit.Inference;

public class PackedMlpTests
{
    [Theory]
    [InlineData(VectorWidth.Bits128, 1, 1, 1)]
    [InlineData(VectorWidth.Bits128, 7, 23, 5)]
    [InlineData(VectorWidth.Bits256, 7, 23, 5)]
    [InlineData(VectorWidth.Bits512, 7, 23, 5)]
    [InlineData(VectorWidth.Bits512, 3, 200, 28)]
    [InlineData(VectorWidth.Bits512, 1, 13, 1)]
    public void Run_OddSizes_MatchesDoublePrecision(VectorWidth width, int inputs, int hidden, int outputs)
    {
        const int Members = 2;
        var random = RandomKey.FromSeed(11).OpenStream();
        LayerWeights[] layers = [Layer(ref random, inputs, hidden, Members),
            Layer(ref random, hidden, hidden, Members), Layer(ref random, hidden, outputs, Members)];
        var network = new PackedMlp(layers, Members, width);
        for (var (member, vectors) = (0, 1); member < Members; member++, vectors++)
        {
            var tile = vectors * width.Lanes();
            var input = Numbers(ref random, inputs * tile, 1);
            var result = VectorFunctions.RunNetwork(network, member, input, vectors);
            for (var lane = 0; lane < tile; lane++)
            {
                var x = Enumerable.Range(0, inputs).Select(i => (double)input[(i * tile) + lane]).ToArray();
                var expected = ReferenceRollout.Network(layers, member, x);
                for (var o = 0; o < outputs; o++)
                    Assert.Equal(expected[o], result[(o * tile) + lane], 1e-5);
            }
        }
    }

    private static LayerWeights Layer(ref RandomStream random, int inputs, int outputs, int members) => new(
        inputs, outputs, Numbers(ref random, members * outputs * inputs, 1 / Math.Sqrt(inputs)),
        Numbers(ref random, members * outputs, 0.3));

    private static float[] Numbers(ref RandomStream random, int count, double scale)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (float)(scale * random.NextGaussian());
        return numbers;
    }
}
