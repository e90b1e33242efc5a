using Robotics.Controller.Planning;
using Robotics.Core.Randomness;

namespace Robotics.Tests.Unit.Controller;

public sealed class ColouredNoiseTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(2.5)]
    public void Fill_ManySequences_PowerFallsWithTheExponent(double beta)
    {
        const int Steps = 32, Count = 4000;
        var noise = new ColouredNoise(Steps, beta);
        var random = RandomKey.FromSeed(1).OpenStream();
        var path = new float[Steps * 3];
        var power = new double[(Steps / 2) + 1];
        for (var n = 0; n < Count; n++)
        {
            noise.Fill(path, 3, ref random);
            for (var k = 0; k < power.Length; k++)
                power[k] += PowerAt(path, k, Steps);
        }

        var exponent = -Slope([.. Enumerable.Range(1, Steps / 2).Select(k => (Math.Log(k), Math.Log(power[k])))]);

        Assert.Equal(beta, exponent, 0.05);
        Assert.Equal(1.0, power[0] / power[1], 0.1);
    }

    [Theory]
    [InlineData(30, 2.0)]
    [InlineData(25, 3.0)]
    [InlineData(1, 2.0)]
    [InlineData(2, 1.0)]
    public void Fill_AnyLength_HasUnitVarianceAtEveryStep(int steps, double beta)
    {
        var noise = new ColouredNoise(steps, beta);
        var random = RandomKey.FromSeed(2).OpenStream();
        var path = new float[steps];
        var squares = new double[steps];
        for (var n = 0; n < 20000; n++)
        {
            noise.Fill(path, 1, ref random);
            for (var t = 0; t < steps; t++)
                squares[t] += path[t] * path[t] / 20000.0;
        }

        Assert.All(squares, s => Assert.Equal(1.0, s, 0.05));
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.475, 1.959963984540)]
    [InlineData(-0.475, -1.959963984540)]
    [InlineData(0.4999, 3.719016485455)]
    [InlineData(0.3, 0.841621233573)]
    public void Quantile_KnownPoints_MatchTables(double centred, double expected) =>
        Assert.Equal(expected, NormalQuantile.Quantile(centred), 2e-6);

    [Fact]
    public void WithinTwoSigma_ManyWords_HasTheTruncatedMoments()
    {
        var random = RandomKey.FromSeed(3).OpenStream();
        double sum = 0, squares = 0;
        const int Count = 200_000;
        for (var i = 0; i < Count; i++)
        {
            var x = NormalQuantile.WithinTwoSigma(random.NextUInt32());
            Assert.InRange(x, -2.00001f, 2.00001f);
            sum += x;
            squares += x * x;
        }

        // Var = 1 − 2·2·φ(2)/(Φ(2) − Φ(−2)) = 0.7737.
        Assert.Equal(0, sum / Count, 0.01);
        Assert.Equal(0.7737, squares / Count, 0.01);
        Assert.True(float.IsFinite(NormalQuantile.Standard(0x80000000)) && float.IsFinite(NormalQuantile.Standard(0x7FFFFFFF)));
    }

    private static double PowerAt(float[] path, int frequency, int steps)
    {
        double re = 0, im = 0;
        for (var t = 0; t < steps; t++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * frequency * t / steps);
            re += path[t * 3] * cos;
            im += path[t * 3] * sin;
        }

        return (re * re) + (im * im);
    }

    private static double Slope((double X, double Y)[] points)
    {
        var (mx, my) = (points.Average(p => p.X), points.Average(p => p.Y));
        return points.Sum(p => (p.X - mx) * (p.Y - my)) / points.Sum(p => (p.X - mx) * (p.X - mx));
    }
}
