using Robotics.Core.Randomness;
using Robotics.Inference.Simd;

namespace Robotics.Tests.Unit.Inference;

public class SimdMathTests
{
    public static TheoryData<VectorWidth> Widths => [VectorWidth.Bits128, VectorWidth.Bits256, VectorWidth.Bits512];

    private static readonly Dictionary<string,
        (Func<double, double> Exact, double Low, double High, double Relative, double Absolute)> Cases = new()
        {
            ["exp"] = (Math.Exp, -87, 88.7, 3e-7, 0),
            ["log"] = (Math.Log, 1e-8, 4, 3e-7, 0),
            ["sin"] = (Math.Sin, -1e4, 1e4, 3e-7, 1e-7),
            ["cos"] = (Math.Cos, -1e4, 1e4, 3e-7, 1e-7),
            ["tanh"] = (Math.Tanh, -12, 12, 3e-7, 0),
            ["silu"] = (x => x / (1 + Math.Exp(-x)), -20, 20, 2e-6, 0),
            ["softplus"] = (x => Math.Log(1 + Math.Exp(x)), -30, 30, 2e-7, 1e-7),
        };

    [Theory]
    [MemberData(nameof(Widths))]
    public void Functions_OverTheirRange_MatchDoublePrecision(VectorWidth width)
    {
        foreach (var (name, (exact, low, high, relative, absolute)) in Cases)
        {
            var values = Enumerable.Range(0, 64 * 1024).Select(i => (float)(low + ((high - low) * i / 65535))).ToArray();
            var results = VectorFunctions.Apply(width, name, values);
            for (var i = 0; i < values.Length; i++)
            {
                var expected = exact(values[i]);
                Assert.True(Math.Abs(results[i] - expected) <= (relative * Math.Abs(expected)) + absolute,
                    $"{name}({values[i]:R}) = {results[i]:R}, not {expected:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Functions_AtTheEndsOfFloats_BehaveAsLimits(VectorWidth width)
    {
        float[] ends =
            [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, 1e38f, -1e38f, 1e-40f, -200, 90, 1, -1, 2, -2, 3, -3, 4];
        var exp = VectorFunctions.Apply(width, "exp", ends);
        Assert.Equal([float.NaN, float.PositiveInfinity, 0, 1, float.PositiveInfinity, 0, 1, 0, float.PositiveInfinity], exp[..9]);
        var tanh = VectorFunctions.Apply(width, "tanh", ends);
        Assert.Equal([float.NaN, 1, -1, 0, 1, -1, 1e-40f, -1, 1], tanh[..9]);
        Assert.True(VectorFunctions.Apply(width, "sin", ends)[..3].All(float.IsNaN));
        Assert.True(float.IsNaN(VectorFunctions.Apply(width, "silu", ends)[0]));
        Assert.Equal(-200 * Math.Exp(-126 * Math.Log(2)), VectorFunctions.Apply(width, "silu", ends)[7], 1e-36);
        Assert.True(float.IsNaN(VectorFunctions.Apply(width, "softplus", ends)[0]));
        Assert.Equal(90, VectorFunctions.Apply(width, "softplus", ends)[8]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void PhiloxWords_OfAnyWidth_EqualCoreBitForBit(VectorWidth width)
    {
        var key = RandomKey.FromSeed(5);
        var words = VectorFunctions.PhiloxWords(width, key);
        for (var i = 0; i < 16; i++)
        {
            var (x0, x1, x2, x3) = Philox.Block(key, (uint)i, 7, 8, 9);
            Assert.Equal([x0, x1, x2, x3], [words[i], words[16 + i], words[32 + i], words[48 + i]]);
        }
    }
}
