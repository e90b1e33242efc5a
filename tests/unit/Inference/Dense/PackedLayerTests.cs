using Robotics.Core.Randomness;
using Robotics.Inference.Dense;
using Robotics.Inference.Rows;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Tests.Unit.Inference;

/// <summary>The layers of an estimator against the same written out plainly in double precision.</summary>
public class PackedLayerTests
{
    [Theory]
    [InlineData(VectorWidth.Bits512, 1, 27, 200, Activation.SiLU)]
    [InlineData(VectorWidth.Bits512, 7, 5, 3, Activation.None)]
    [InlineData(VectorWidth.Bits256, 100, 40, 33, Activation.Relu)]
    [InlineData(VectorWidth.Bits128, 6, 1, 130, Activation.SiLU)]
    public void Linear_AnySize_MatchesPlainReference(VectorWidth width, int rows, int inputs, int outputs, Activation activation)
    {
        var random = RandomKey.FromSeed(1).OpenStream();
        var (w, b, x) =
            (Weights(ref random, outputs, inputs), Weights(ref random, outputs, 1), EnsembleSamples.Numbers(ref random, rows * inputs, 1));
        var y = new float[rows * outputs];

        new PackedLinear(w, b, activation, width).Forward(x, y);

        for (var r = 0; r < rows; r++)
            AssertClose(
                Linear(w, b, x[(r * inputs)..((r + 1) * inputs)]).Select(v => Apply(activation, v)), y[(r * outputs)..((r + 1) * outputs)]);
    }

    [Theory]
    [InlineData(VectorWidth.Bits512, 1, 200, 128)]
    [InlineData(VectorWidth.Bits512, 100, 24, 128)]
    [InlineData(VectorWidth.Bits256, 5, 7, 19)]
    [InlineData(VectorWidth.Bits128, 3, 2, 5)]
    public void GruCell_AnySize_MatchesPlainReference(VectorWidth width, int rows, int inputs, int units)
    {
        var random = RandomKey.FromSeed(2).OpenStream();
        var (wi, wh) = (Weights(ref random, 3 * units, inputs), Weights(ref random, 3 * units, units));
        var (bi, bh) = (Weights(ref random, 3 * units, 1), Weights(ref random, 3 * units, 1));
        var (x, h) = (EnsembleSamples.Numbers(ref random, rows * inputs, 2), EnsembleSamples.Numbers(ref random, rows * units, 1));
        var cell = new PackedGruCell(wi, wh, bi, bh, width);
        var next = h.ToArray();

        cell.Forward(x, next, next, new LayerScratch(cell.ScratchLength(rows)));

        for (var r = 0; r < rows; r++)
        {
            var state = h[(r * units)..((r + 1) * units)];
            var (i, s) = (Linear(wi, bi, x[(r * inputs)..((r + 1) * inputs)]), Linear(wh, bh, state));
            AssertClose(
                Enumerable.Range(0, units).Select(u =>
                {
                    var (reset, update) = (Sigmoid(i[u] + s[u]), Sigmoid(i[units + u] + s[units + u]));
                    return ((1 - update) * Math.Tanh(i[(2 * units) + u] + (reset * s[(2 * units) + u]))) + (update * state[u]);
                }),
                next[(r * units)..((r + 1) * units)]);
        }
    }

    [Theory]
    [InlineData(VectorWidth.Bits512, 1, 3, 64, 64, 8, 4, 2, 0, Activation.Relu)]
    [InlineData(VectorWidth.Bits512, 2, 16, 14, 14, 32, 4, 2, 1, Activation.SiLU)]
    [InlineData(VectorWidth.Bits256, 1, 32, 6, 6, 64, 4, 2, 0, Activation.Relu)]
    [InlineData(VectorWidth.Bits128, 3, 2, 5, 7, 3, 3, 1, 1, Activation.None)]
    [InlineData(VectorWidth.Bits512, 1, 5, 4, 9, 13, 1, 1, 0, Activation.None)]
    [InlineData(VectorWidth.Bits512, 1, 3, 9, 9, 72, 4, 2, 0, Activation.Relu)]
    [InlineData(VectorWidth.Bits128, 2, 4, 8, 8, 9, 4, 2, 0, Activation.Relu)]
    public void Convolution_AnySize_MatchesPlainReference(
        VectorWidth width, int images, int channels, int height,
        int columns, int outputs, int kernel, int stride, int padding, Activation activation)
    {
        var random = RandomKey.FromSeed(3).OpenStream();
        var shape = new ConvolutionShape
        {
            InputChannels = channels,
            Height = height,
            Width = columns,
            OutputChannels = outputs,
            Kernel = kernel,
            Stride = stride,
            Padding = padding,
        };
        var (w, b) = (Weights(ref random, outputs, channels * kernel * kernel), Weights(ref random, outputs, 1));
        var x = EnsembleSamples.Numbers(ref random, images * shape.InputLength, 1);
        var layer = new PackedConvolution(shape, w, b, activation, width);
        var y = new float[images * shape.OutputLength];

        layer.Forward(x, y, new LayerScratch(layer.ScratchLength));

        for (var p = 0; p < images; p++)
        {
            var image = x[(p * shape.InputLength)..((p + 1) * shape.InputLength)];
            AssertClose(Convolve(shape, w, b, image).Select(v => Apply(activation, v)),
                y[(p * shape.OutputLength)..((p + 1) * shape.OutputLength)]);
        }
    }

    [Fact]
    public void Forward_RowsOfABatch_EqualRowsAlone()
    {
        const int Rows = 7;
        var random = RandomKey.FromSeed(4).OpenStream();
        var layer = new PackedLinear(Weights(ref random, 150, 31), Weights(ref random, 150, 1), Activation.SiLU);
        var x = EnsembleSamples.Numbers(ref random, Rows * 31, 1);
        var (together, alone) = (new float[Rows * 150], new float[Rows * 150]);

        layer.Forward(x, together);
        for (var r = 0; r < Rows; r++)
            layer.Forward(x.AsSpan(r * 31, 31), alone.AsSpan(r * 150, 150));

        Assert.Equal(together, alone);
    }

    [Fact]
    public void Forward_AfterWarmUp_AllocatesNothing()
    {
        var random = RandomKey.FromSeed(5).OpenStream();
        var cell = new PackedGruCell(Weights(ref random, 96, 20), Weights(ref random, 96, 32), new float[96], new float[96]);
        var shape =
            new ConvolutionShape { InputChannels = 3, Height = 16, Width = 16, OutputChannels = 8, Kernel = 4, Stride = 2, Padding = 1 };
        var convolution = new PackedConvolution(shape, Weights(ref random, 8, 48), new float[8], Activation.Relu);
        var scratch = new LayerScratch(Math.Max(cell.ScratchLength(3), convolution.ScratchLength));
        var (x, h, image, output) = (new float[60], new float[96], new float[shape.InputLength], new float[shape.OutputLength]);
        for (var i = 0; i < 3; i++)
            Step();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 20; i++)
            Step();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Step()
        {
            cell.Forward(x, h, h, scratch);
            convolution.Forward(image, output, scratch);
        }
    }

    [Fact]
    public void Forward_LengthsThatDoNotFit_SaySo()
    {
        var linear = new PackedLinear(new float[6], new float[2]);
        var cell = new PackedGruCell(new float[6], new float[12], new float[6], new float[6]);

        Assert.Contains("rows of 3 and 2", Assert.Throws<ArgumentException>(() => linear.Forward(new float[6], new float[5])).Message);
        Assert.Contains("scratch of 32 floats",
            Assert.Throws<ArgumentException>(() => cell.Forward(new float[1], new float[2], new float[2], new LayerScratch(8))).Message);
        Assert.Throws<ArgumentException>(() => new PackedLinear(new float[5], new float[2]));
    }

    private static float[] Weights(ref RandomStream random, int outputs, int inputs) =>
        EnsembleSamples.Numbers(ref random, outputs * inputs, 1 / Math.Sqrt(inputs));

    private static double[] Linear(float[] w, float[] b, float[] x) =>
        [.. b.Select((bias, o) => bias + x.Select((v, i) => (double)v * w[(o * x.Length) + i]).Sum())];

    private static IEnumerable<double> Convolve(ConvolutionShape s, float[] w, float[] b, float[] x) =>
        from row in Enumerable.Range(0, s.OutputHeight)
        from column in Enumerable.Range(0, s.OutputWidth)
        from o in Enumerable.Range(0, s.OutputChannels)
        select b[o] + Enumerable.Range(0, s.InputChannels * s.Kernel * s.Kernel).Sum(tap =>
        {
            var (channel, place) = Math.DivRem(tap, s.Kernel * s.Kernel);
            var (r, c) = ((row * s.Stride) + (place / s.Kernel) - s.Padding, (column * s.Stride) + (place % s.Kernel) - s.Padding);
            return r < 0 || c < 0 || r >= s.Height || c >= s.Width
                ? 0 : (double)w[(o * s.InputChannels * s.Kernel * s.Kernel) + tap] * x[(((r * s.Width) + c) * s.InputChannels) + channel];
        });

    private static double Apply(Activation activation, double x) => activation switch
    {
        Activation.SiLU => x * Sigmoid(x),
        Activation.Relu => Math.Max(x, 0),
        _ => x,
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void AssertClose(IEnumerable<double> expected, float[] found)
    {
        var all = expected.ToArray();
        Assert.Equal(all.Length, found.Length);
        Assert.Equal(0, all.Zip(found, (e, f) => Math.Abs(e - f) / Math.Max(1, Math.Abs(e))).Max(), 1e-5);
    }
}
