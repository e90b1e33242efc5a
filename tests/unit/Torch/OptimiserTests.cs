using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Optimisers against the formulas of their papers, and their state through a checkpoint.</summary>
public class OptimiserTests
{
    private const double Rate = 0.1;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Step_OfAdam_IsThePapersFormula(bool decoupled, bool amsgrad)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(1.0));
        using optim.Optimizer optimiser = decoupled
            ? optim.AdamW([parameter], Rate, weight_decay: 0.02, amsgrad: amsgrad)
            : optim.Adam([parameter], Rate, weight_decay: 0.02, amsgrad: amsgrad);
        double x = 1, m = 0, v = 0, maximum = 0;
        for (var t = 1; t <= 20; t++)
        {
            var g = (2 * x) + Math.Sin(t);
            parameter.grad = tensor(g);
            optimiser.step();
            if (decoupled) x -= Rate * 0.02 * x;
            else g += 0.02 * x;
            m = (0.9 * m) + (0.1 * g);
            v = (0.999 * v) + (0.001 * g * g);
            maximum = amsgrad ? Math.Max(maximum, v) : v;
            x -= Rate * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(maximum / (1 - Math.Pow(0.999, t))) + 1e-8);
            Assert.Equal(x, parameter.ToDouble(), 1e-12);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.Float32, true)]
    [InlineData(ScalarType.Float64, true)]
    public void Step_OfAPackedParameter_EqualsTheOperatorsBitForBit(ScalarType type, bool decay)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var start = randn([33, 21], type, generator: generator);
        var packed = new Parameter(start.clone());
        var strided = new Parameter(start.t().contiguous().t());
        using var one = optim.Adam([packed], Rate, weight_decay: decay ? 0.02 : 0);
        using var two = optim.Adam([strided], Rate, weight_decay: decay ? 0.02 : 0);
        for (var t = 0; t < 10; t++)
        {
            var gradient = randn([33, 21], type, generator: generator);
            packed.grad = gradient;
            strided.grad = gradient.t().contiguous().t();
            one.step();
            two.step();
        }
        Assert.True(packed.is_contiguous() && !strided.is_contiguous());
        Assert.True(packed.Equals(strided));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_OfSgd_IsMomentumsFormula(bool nesterov)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(1.0));
        using var optimiser = optim.SGD([parameter], Rate, momentum: 0.9, nesterov: nesterov);
        double x = 1, velocity = 0;
        for (var t = 1; t <= 5; t++)
        {
            var g = (2 * x) + t;
            parameter.grad = tensor(g);
            optimiser.step();
            velocity = (0.9 * velocity) + g;
            x -= Rate * (nesterov ? g + (0.9 * velocity) : velocity);
            Assert.Equal(x, parameter.ToDouble(), 1e-12);
        }
    }

    [Fact]
    public void Checkpoint_InTheMiddle_ContinuesBitForBit()
    {
        using var scope = NewDisposeScope();
        var x = randn(8, 3);
        using var straight = nn.Linear(3, 2);
        using var resumed = nn.Linear(3, 2);
        resumed.load_state_dict(straight.state_dict());
        using var first = optim.AdamW(straight.parameters(), Rate, weight_decay: 0.01);
        using var before = optim.AdamW(resumed.parameters(), Rate, weight_decay: 0.01);
        Train(straight, first, 6);
        Train(resumed, before, 3);
        using var stream = new MemoryStream();
        before.save_state_dict(new BinaryWriter(stream));
        using var after = optim.AdamW(resumed.parameters(), 1, weight_decay: 0.5);
        after.load_state_dict(new BinaryReader(new MemoryStream(stream.ToArray())));
        Train(resumed, after, 3);
        Assert.True(straight.weight.Equals(resumed.weight) && straight.bias!.Equals(resumed.bias!));

        void Train(Linear module, optim.Optimizer optimiser, int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                optimiser.zero_grad();
                module.call(x).square().mean().backward();
                optimiser.step();
            }
        }
    }

    [Fact]
    public void StateDict_OfAdam_OffersMomentsPerParameter()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Linear(3, 2);
        using var adam = optim.Adam(module.parameters());
        module.call(randn(4, 3)).sum().backward();
        adam.step();
        var states = adam.state_dict().State.Cast<Adam.State>().ToArray();
        Assert.Equal([2, 3], states[0].exp_avg.shape);
        Assert.All(states, state => Assert.Equal(1, state.step));
        Assert.True(states[1].exp_avg.allclose(module.bias!.grad! * 0.1));
    }

    [Fact]
    public void ClipGradNorm_AboveTheBound_ScalesAllGradientsAlike()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (new Parameter(zeros(2)), new Parameter(zeros(1)));
        a.grad = tensor(new[] { 3f, 0 });
        b.grad = tensor(new[] { 4f });
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 1), 1e-6);
        Assert.Equal(0.6f, a.grad![0].ToSingle(), 1e-5f);
        Assert.Equal(0.8f, b.grad!.ToSingle(), 1e-5f);
        nn.utils.clip_grad_value_([a, b], 0.1);
        Assert.Equal(0.1f, b.grad!.ToSingle(), 1e-6f);
    }
}
