using Robotics.TorchExtras;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.TorchExtras;

public class FusedAdamTests
{
    private const double Rate = 0.1;

    [Fact]
    public void Step_ManySteps_IsThePapersFormula()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(1f));
        using var adam = new FusedAdam(
            [parameter], new FusedAdamOptions { LearningRate = Rate, L2 = new Dictionary<string, double> { ["0"] = 0.02 } });
        double x = 1, m = 0, v = 0;
        for (var t = 1; t <= 20; t++)
        {
            var slope = (2 * x) + Math.Sin(t);
            parameter.grad = tensor((float)slope);
            adam.Step();
            var g = slope + (0.02 * x);
            m = (0.9 * m) + (0.1 * g);
            v = (0.999 * v) + (0.001 * g * g);
            x -= Rate * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
            Assert.Equal(x, parameter.ToDouble(), 1e-5);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.02, false)]
    [InlineData(0.02, true)]
    public void Step_InOnePass_AgreesWithTorchSharpsAdam(double l2, bool isStrided)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var start = randn([33, 21], generator: generator);
        var (ours, theirs) = (new Parameter(isStrided ? start.t().contiguous().t() : start.clone()), new Parameter(start.clone()));
        using var one = new FusedAdam(
            [ours], new FusedAdamOptions { LearningRate = Rate, L2 = new Dictionary<string, double> { ["0"] = l2 } });
        using var two = optim.Adam([theirs], Rate, weight_decay: l2);
        for (var t = 0; t < 10; t++)
        {
            var gradient = randn([33, 21], generator: generator);
            ours.grad = gradient;
            theirs.grad = gradient.clone();
            one.Step();
            two.step();
        }

        Assert.Null(ours.grad);
        Assert.Equal(isStrided, !ours.is_contiguous());
        Assert.True(ours.allclose(theirs, 1e-6, 1e-7));
    }

    [Fact]
    public void Step_AboveTheMaximumNorm_IsThatOfTheGradientsScaledDown()
    {
        using var scope = NewDisposeScope();
        Parameter[] clipped = [new(zeros(19)), new(zeros(3))];
        using var adam = new FusedAdam(clipped, new FusedAdamOptions { MaximumGradientNorm = 0.5 });
        clipped[0].grad = ones(19) * 3;
        clipped[1].grad = ones(3) * -4;
        adam.Step();

        var scale = 0.5 / Math.Sqrt((19 * 9) + (3 * 16));
        var moments = adam.Moments.ToDictionary(m => m.Name, m => m.Value);
        Assert.True(moments["exp_avg.0"].allclose(full(19, (float)(0.1 * scale * 3)), 1e-5));
        Assert.True(moments["exp_avg.1"].allclose(full(3, (float)(0.1 * scale * -4)), 1e-5));
    }

    [Fact]
    public void Minimise_ALossOfMore_MovesOnlyItsParametersAndCountsTheirSteps()
    {
        using var scope = NewDisposeScope();
        Parameter[] own = [new(ones(3)), new(ones(2))];
        var other = new Parameter(ones(3));
        using var adam = new FusedAdam(own, new FusedAdamOptions());
        adam.Minimise((own[0] * other).sum());

        Assert.Null(other.grad);
        Assert.Equal([1L, 0], adam.StepCounts);
        Assert.True(own[0].lt(1).all().item<bool>());
        Assert.True(own[1].eq(1).all().item<bool>());
    }

    [Fact]
    public void Moments_WrittenIntoAnother_ContinueBitForBit()
    {
        using var scope = NewDisposeScope();
        var (straight, resumed) = (new Parameter(ones(37)), new Parameter(ones(37)));
        using var first = new FusedAdam([straight], new FusedAdamOptions());
        Train(straight, first, 0, 6);
        using var before = new FusedAdam([resumed], new FusedAdamOptions());
        Train(resumed, before, 0, 3);
        using var after = new FusedAdam([resumed], new FusedAdamOptions());
        foreach (var ((_, value), (_, into)) in before.Moments.Zip(after.Moments))
            value.ToFloats().CopyTo(into);
        after.StepCounts = before.StepCounts;
        Train(resumed, after, 3, 6);
        Assert.Equal(straight.bytes.ToArray(), resumed.bytes.ToArray());

        static void Train(Parameter parameter, FusedAdam adam, int from, int to)
        {
            for (var i = from; i < to; i++)
                adam.Minimise((parameter * arange(37, dtype: ScalarType.Float32)).sin().sum() * (i + 1));
        }
    }
}
