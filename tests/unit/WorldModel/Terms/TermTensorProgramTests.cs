using Robotics.Core.Randomness;
using Robotics.Core.Terms;
using Robotics.Inference.Simd;
using Robotics.Tests.Unit.Inference;
using Robotics.TorchExtras;
using Robotics.WorldModel.Terms;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.WorldModel;

public class TermTensorProgramTests
{
    private const int Lanes = 32;

    [Fact]
    public void Run_EveryOperation_EqualsCoreAndTheTileInterpreter()
    {
        var program = Everything();
        var (observations, actions) = Inputs();
        using var scope = NewDisposeScope();
        using var tensors = new TermTensorProgram(program);

        var results = tensors.Run(
            e => tensor(observations.AsSpan(e * Lanes, Lanes).ToArray()), a => tensor(actions.AsSpan(a * Lanes, Lanes).ToArray()));

        var tile = VectorFunctions.RunTerms(VectorWidths.Best, program, Lanes, observations, actions);
        var (registers, expected) = (new float[program.RegisterCount], new float[program.Outputs.Count]);
        for (var lane = 0; lane < Lanes; lane++)
        {
            program.Evaluate([observations[lane], observations[Lanes + lane]], [actions[lane]], registers, expected);
            for (var o = 0; o < expected.Length; o++)
            {
                var found = results[o].expand(Lanes).contiguous().ToFloats()[lane];
                Close(expected[o], found, 1e-5);
                Close(tile[(o * Lanes) + lane], found, 1e-5);
            }
        }
    }

    [Fact]
    public void Run_SmoothProgram_HasTheGradientOfFiniteDifferences()
    {
        var b = new TermBuilder();
        var (x, y, a) = (b.Observation(0), b.Observation(1), b.Action(0));
        var distance = b.SquareRoot(b.SquaredNorm([b.Subtract(x, a), b.Sine(y), b.Constant(0.1)]));
        var program = b.Build(
            b.Add(b.Multiply(b.Exponential(b.Negate(distance)), b.Cosine(x)), b.HyperbolicTangent(b.Divide(a, b.Add(y, b.Constant(4))))));
        float[] at = [0.3f, -0.7f, 0.5f];
        using var scope = NewDisposeScope();
        using var tensors = new TermTensorProgram(program);
        var leaves = at.Select(v => tensor(v, requires_grad: true)).ToArray();

        tensors.Run(e => leaves[e], _ => leaves[2])[0].backward();

        for (var i = 0; i < at.Length; i++)
        {
            const float Step = 1e-2f;
            float Shifted(float by) =>
                program.EvaluateScalar([at[0] + (i == 0 ? by : 0), at[1] + (i == 1 ? by : 0)], [at[2] + (i == 2 ? by : 0)]);
            var slope = ((8 * (Shifted(Step) - Shifted(-Step))) - (Shifted(2 * Step) - Shifted(-2 * Step))) / (12 * Step);
            Assert.Equal(slope, leaves[i].grad!.item<float>(), 1e-4);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    public void Run_RootOfNothing_HasGradientZero(float value)
    {
        var b = new TermBuilder();
        using var scope = NewDisposeScope();
        using var tensors = new TermTensorProgram(b.Build(b.SquareRoot(b.Observation(0))));
        var leaf = tensor(value, requires_grad: true);

        var root = tensors.Run(_ => leaf, _ => leaf)[0];
        root.backward();

        Assert.Equal(0f, root.item<float>());
        Assert.Equal(0f, leaf.grad!.item<float>());
    }

    [Fact]
    public void Run_BranchNotChosen_CountsNeitherInTheValueNorInTheGradient()
    {
        var b = new TermBuilder();
        var x = b.Observation(0);
        var size = b.Absolute(x);

        // x / x and ln |x| are not finite at 0, nor are their slopes; the quotient is shared by two choices.
        var quotient = b.Divide(x, x);
        var inner = b.Select(b.Subtract(size, b.Constant(1)), b.Logarithm(size), b.Multiply(x, b.Constant(3)));
        var program = b.Build(b.Add(b.Select(size, quotient, b.Constant(1)), b.Select(x, b.Add(quotient, inner), b.Multiply(x, x))));
        using var scope = NewDisposeScope();
        using var tensors = new TermTensorProgram(program);
        var leaf = tensor([0f, 2f, 0.5f, -2f], requires_grad: true);

        var values = tensors.Run(_ => leaf, _ => leaf)[0];
        values.sum().backward();

        float[] expected = [1, 2 + MathF.Log(2), 3.5f, 5];
        float[] slopes = [0, 0.5f, 3, -4];
        for (var i = 0; i < expected.Length; i++)
        {
            Close(expected[i], values.detach().ToFloats()[i], 1e-6);
            Close(expected[i], program.EvaluateScalar([leaf.detach().ToFloats()[i]], []), 1e-6);
            Close(slopes[i], leaf.grad!.ToFloats()[i], 1e-6);
        }
    }

    private static TermProgram Everything()
    {
        var b = new TermBuilder();
        var (x, y, a) = (b.Observation(0), b.Observation(1), b.Action(0));
        return b.Build(
            b.Constant(2.5), x, a, b.Add(x, y), b.Subtract(x, y), b.Multiply(x, y), b.Divide(x, y), b.Minimum(x, y),
            b.Maximum(x, b.Constant(0.2)), b.Negate(x), b.Absolute(x), b.SquareRoot(x), b.Exponential(x), b.Sine(x), b.Cosine(x),
            b.HyperbolicTangent(x), b.IsPositive(x), b.HyperbolicTangent(a), b.IsNotNegative(x), b.Logarithm(b.Absolute(x)),
            b.Power(b.Absolute(x), a), b.ArcTangent(x, y), b.Select(x, y, a), b.Select(a, b.Divide(x, y), b.Logarithm(b.Absolute(x))));
    }

    private static (float[] Observations, float[] Actions) Inputs()
    {
        var random = RandomKey.FromSeed(4).OpenStream();
        return (EnsembleSamples.Numbers(ref random, 2 * Lanes, 2), EnsembleSamples.Numbers(ref random, Lanes, 1));
    }

    private static void Close(double expected, double found, double tolerance) =>
        Assert.True(Math.Abs(expected - found) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{expected} expected, {found} found");
}
