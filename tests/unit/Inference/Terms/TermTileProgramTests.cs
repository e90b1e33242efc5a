using Robotics.Core.Randomness;
using Robotics.Core.Terms;
using Robotics.Inference.Simd;
using Robotics.Inference.Terms;

namespace Robotics.Tests.Unit.Inference;

public class TermTileProgramTests
{
    private const int Lanes = 32;
    private const int Elements = 3;
    private const int Actions = 2;

    public static TheoryData<VectorWidth> Widths => [VectorWidth.Bits128, VectorWidth.Bits256, VectorWidth.Bits512];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_EveryOperation_EqualsCore(VectorWidth width)
    {
        var b = new TermBuilder();
        var (x, y, a) = (b.Observation(0), b.Observation(1), b.Action(1));
        var program = b.Build(
            b.Constant(2.5), x, a, b.Add(x, y), b.Subtract(x, y), b.Multiply(x, y), b.Divide(x, y), b.Minimum(x, y),
            b.Maximum(x, y), b.Negate(x), b.Absolute(x), b.SquareRoot(x), b.Exponential(x), b.Sine(x), b.Cosine(x),
            b.HyperbolicTangent(x), b.IsPositive(x), b.HyperbolicTangent(a), b.IsNotNegative(x), b.Logarithm(b.Absolute(x)),
            b.Power(b.Absolute(x), a), b.Power(b.Absolute(y), b.Constant(0.5)), b.ArcTangent(x, y), b.Select(x, y, a));
        AssertEqual(width, program, 3);
        AssertEqual(width, program, 40);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_EdgesOfEveryFunction_EqualCore(VectorWidth width)
    {
        var b = new TermBuilder();
        var (x, y) = (b.Observation(0), b.Observation(1));
        var program = b.Build(
            b.IsNotNegative(x), b.Logarithm(x), b.Power(x, y), b.ArcTangent(x, y), b.Select(x, y, b.Constant(7)),
            b.Select(y, b.Divide(y, x), x));
        float[] edges = [0, -0f, 1, -1, 0.5f, 2, 1e-40f, 1e30f, -1e30f, float.NaN, 3, -3];
        foreach (var other in edges)
        {
            var observations = new float[Elements * Lanes];
            for (var lane = 0; lane < Lanes; lane++)
                (observations[lane], observations[Lanes + lane]) = (edges[lane % edges.Length], other);
            var results = VectorFunctions.RunTerms(width, program, Lanes, observations, new float[Actions * Lanes]);
            for (var lane = 0; lane < edges.Length; lane++)
            {
                var expected = Expected(program, observations, new float[Actions * Lanes], lane);
                for (var o = 0; o < expected.Length; o++)
                    AssertNear(expected[o], results[(o * Lanes) + lane], $"output {o} of ({edges[lane]}, {other})");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_RandomProgramsOfExactOperations_EqualCoreBitForBit(VectorWidth width)
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var program = RandomProgram(seed, smooth: false);
            var (observations, actions) = Inputs(seed, 1);
            var results = VectorFunctions.RunTerms(width, program, Lanes, observations, actions);
            for (var lane = 0; lane < Lanes; lane++)
                Assert.Equal(BitConverter.SingleToInt32Bits(Expected(program, observations, actions, lane)[0] + 0f),
                    BitConverter.SingleToInt32Bits(results[lane] + 0f));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Run_RandomSmoothPrograms_EqualCore(VectorWidth width)
    {
        for (ulong seed = 0; seed < 60; seed++)
            AssertEqual(width, RandomProgram(seed, smooth: true), 1);
    }

    [Fact]
    public void Constructor_LongChain_ReusesRegisters()
    {
        var b = new TermBuilder();
        var sum = b.Observation(0);
        for (var i = 1; i < 100; i++)
            sum = b.Add(b.Sine(sum), b.Constant(i));
        Assert.True(new TermTileProgram(b.Build(sum), Lanes).RegisterCount <= 2);
    }

    private static TermProgram RandomProgram(ulong seed, bool smooth)
    {
        var random = RandomKey.FromSeed(seed).OpenStream();
        var b = new TermBuilder();
        List<Term> terms =
            [b.Observation(0), b.Observation(1), b.Observation(2), b.Action(0), b.Action(1), b.Constant(random.NextGaussian())];
        for (var i = 0; i < 30; i++)
        {
            var (x, y) = (terms[random.NextInt32(terms.Count)], terms[random.NextInt32(terms.Count)]);
            terms.Add(smooth ? Smooth(b, random.NextInt32(5), x, y) : Exact(b, random.NextInt32(10), x, y));
        }

        return b.Build(terms.TakeLast(8).Aggregate(b.Add));
    }

    // Each keeps to [−1, 1] and amplifies errors little.
    private static Term Smooth(TermBuilder b, int choice, Term x, Term y) => choice switch
    {
        0 => b.Sine(b.Add(x, y)),
        1 => b.Cosine(x),
        2 => b.HyperbolicTangent(b.Subtract(x, y)),
        3 => b.Exponential(b.Negate(b.Square(x))),
        _ => b.Multiply(b.Sine(x), b.Cosine(y)),
    };

    private static Term Exact(TermBuilder b, int choice, Term x, Term y) => choice switch
    {
        0 => b.Add(x, y),
        1 => b.Subtract(x, y),
        2 => b.Multiply(x, y),
        3 => b.Divide(x, b.Add(b.Constant(1), b.Absolute(y))),
        4 => b.Minimum(x, y),
        5 => b.Maximum(x, y),
        6 => b.Negate(x),
        7 => b.Absolute(x),
        8 => b.SquareRoot(x),
        _ => b.IsPositive(x),
    };

    private static void AssertEqual(VectorWidth width, TermProgram program, double scale)
    {
        var (observations, actions) = Inputs((ulong)scale, scale);
        var results = VectorFunctions.RunTerms(width, program, Lanes, observations, actions);
        for (var lane = 0; lane < Lanes; lane++)
        {
            var expected = Expected(program, observations, actions, lane);
            for (var o = 0; o < expected.Length; o++)
                Assert.Equal(expected[o], results[(o * Lanes) + lane], 1e-5 * Math.Max(Math.Abs(expected[o]), 1e-3));
        }
    }

    // Floats as small as 1e-40 are beyond what vectors keep of a power.
    private static void AssertNear(float expected, float found, string what) => Assert.True(
        expected.Equals(found) || Math.Abs(expected - found) <= (1e-5 * Math.Abs(expected)) + 1e-37,
        $"{what}: {expected} expected, {found} found");

    private static float[] Expected(TermProgram program, float[] observations, float[] actions, int lane)
    {
        var observation = Enumerable.Range(0, Elements).Select(e => observations[(e * Lanes) + lane]).ToArray();
        var action = Enumerable.Range(0, Actions).Select(e => actions[(e * Lanes) + lane]).ToArray();
        var results = new float[program.Outputs.Count];
        program.Evaluate(observation, action, new float[program.RegisterCount], results);
        return results;
    }

    private static (float[] Observations, float[] Actions) Inputs(ulong seed, double scale)
    {
        var random = RandomKey.FromSeed(seed).Derive("inputs").OpenStream();
        return (EnsembleSamples.Numbers(ref random, Elements * Lanes, scale), EnsembleSamples.Numbers(ref random, Actions * Lanes, 1));
    }
}
