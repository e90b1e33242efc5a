using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Modules: what is registered under which name, and that state survives.</summary>
public class ModuleTests
{
    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "body")]
        private readonly Sequential _body;

        [ComponentName(Name = "heads")]
        private readonly ModuleList<Linear> _heads;

        [ComponentName(Name = "scale")]
        private readonly Parameter _scale;

        [ComponentName(Name = "shift")]
        private readonly Tensor _shift;

        internal Net()
            : base(nameof(Net))
        {
            _body = nn.Sequential(("in", nn.Linear(3, 4)), ("act", nn.SiLU()), ("norm", nn.LayerNorm(4)));
            _heads = new ModuleList<Linear>(nn.Linear(4, 2), nn.Linear(4, 1, hasBias: false));
            _scale = nn.Parameter(ones(2));
            _shift = zeros(2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => (_heads[0].call(_body.call(input)) * _scale) + _shift;
    }

    [Fact]
    public void StateDict_OfNestedModules_HasTheComponentsNames()
    {
        using var net = new Net();
        string[] expected =
        [
            "scale", "body.in.weight", "body.in.bias", "body.norm.weight", "body.norm.bias", "heads.0.weight", "heads.0.bias", "heads.1.weight", "shift",
        ];
        Assert.Equal(expected, net.state_dict().Keys);
        Assert.Equal(8, net.parameters().Count());
        Assert.Equal("shift", Assert.Single(net.named_buffers()).name);
    }

    [Theory]
    [InlineData("GRUCell", "weight_ih[6,3] weight_hh[6,2] bias_ih[6] bias_hh[6]")]
    [InlineData("LSTMCell", "weight_ih[8,3] weight_hh[8,2] bias_ih[8] bias_hh[8]")]
    [InlineData("GRU", "weight_ih_l0[6,3] weight_hh_l0[6,2] bias_ih_l0[6] bias_hh_l0[6]")]
    [InlineData("Conv2d", "weight[5,3,2,2] bias[5]")]
    [InlineData("ConvTranspose2d", "weight[3,5,2,2] bias[5]")]
    [InlineData("Embedding", "weight[3,2]")]
    [InlineData("MultiheadAttention", "in_proj_weight[12,4] in_proj_bias[12] out_proj.weight[4,4] out_proj.bias[4]")]
    public void StateDict_OfAPredefinedModule_HasPyTorchsKeysAndShapes(string kind, string expected)
    {
        using nn.Module module = kind switch
        {
            "GRUCell" => nn.GRUCell(3, 2),
            "LSTMCell" => nn.LSTMCell(3, 2),
            "GRU" => nn.GRU(3, 2),
            "Conv2d" => nn.Conv2d(3, 5, 2),
            "ConvTranspose2d" => nn.ConvTranspose2d(3, 5, 2),
            "Embedding" => nn.Embedding(3, 2),
            _ => nn.MultiheadAttention(4, 2),
        };
        Assert.Equal(expected, string.Join(" ", module.state_dict().Select(item => item.Key + "[" + string.Join(",", item.Value.shape) + "]")));
    }

    [Fact]
    public void LoadStateDict_FromAnotherModule_GivesTheSameOutput()
    {
        using var scope = NewDisposeScope();
        using var one = new Net();
        using var two = new Net();
        var x = randn(5, 3);
        using var stream = new MemoryStream();
        one.save(stream);
        two.load(new MemoryStream(stream.ToArray()));
        Assert.True(one.call(x).Equals(two.call(x)));
        var state = one.state_dict();
        state.Remove("scale");
        Assert.Throws<InvalidOperationException>(() => two.load_state_dict(state));
        Assert.Equal(["scale"], two.load_state_dict(state, strict: false).missing_keys);
    }

    [Fact]
    public void To_AnotherType_MovesParametersAndBuffers()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        net.to(ScalarType.Float64);
        Assert.All(net.state_dict().Values, value => Assert.Equal(ScalarType.Float64, value.dtype));
        Assert.Equal(ScalarType.Float64, net.call(randn(1, 3, ScalarType.Float64)).dtype);
        Assert.All(net.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
    }

    [Fact]
    public void Train_OfTheWhole_ReachesDropoutInside()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Sequential(nn.Linear(4, 100), nn.Dropout(0.5));
        var x = randn(2, 4);
        net.eval();
        Assert.True(net.call(x).Equals(net.call(x)));
        net.train();
        Assert.True((net.call(x) == 0).sum().ToInt64() > 40);
    }

    [Fact]
    public void GRUCell_OneStep_IsTheTextbooksFormula()
    {
        using var scope = NewDisposeScope();
        using var cell = nn.GRUCell(3, 2);
        var (x, h) = (randn(4, 3), randn(4, 2));
        var input = nn.functional.linear(x, cell.weight_ih!, cell.bias_ih).chunk(3, 1);
        var state = nn.functional.linear(h, cell.weight_hh!, cell.bias_hh).chunk(3, 1);
        var reset = (input[0] + state[0]).sigmoid();
        var update = (input[1] + state[1]).sigmoid();
        var candidate = (input[2] + reset * state[2]).tanh();
        Assert.True(cell.call(x, h).allclose((1 - update) * candidate + update * h, atol: 1e-6));
    }

    [Fact]
    public void GRU_OverASequence_IsItsCellStepByStep()
    {
        using var scope = NewDisposeScope();
        using var gru = nn.GRU(3, 2, batchFirst: true);
        using var cell = nn.GRUCell(3, 2);
        cell.load_state_dict(gru.state_dict().ToDictionary(item => item.Key[..^3], item => item.Value));
        var x = randn(4, 5, 3);
        var (output, last) = gru.call(x);
        var h = zeros(4, 2);
        for (var t = 0; t < 5; t++)
        {
            h = cell.call(x.select(1, t), h);
            Assert.True(output.select(1, t).allclose(h, atol: 1e-6));
        }
        Assert.True(last[0].allclose(h, atol: 1e-6));
    }

    [Fact]
    public void MultiheadAttention_WithAPaddedKey_IsTheSameWithoutIt()
    {
        using var scope = NewDisposeScope();
        using var attention = nn.MultiheadAttention(8, 2);
        var (query, key) = (randn(3, 2, 8), randn(5, 2, 8));
        var padding = zeros([2, 5], ScalarType.Bool);
        padding[.., 4] = tensor(true);
        var (masked, weights) = attention.call(query, key, key, padding);
        var (short_, _) = attention.call(query, key[..4], key[..4]);
        Assert.True(masked.allclose(short_, atol: 1e-5));
        Assert.True(weights.sum(-1).allclose(ones(2, 3), atol: 1e-5));
        Assert.Equal(0, weights[.., .., 4].abs().max().ToSingle());
    }

    [Fact]
    public void ConvTranspose2d_AfterConv2d_RestoresTheSize()
    {
        using var scope = NewDisposeScope();
        using var down = nn.Conv2d(3, 8, 4, stride: 2, padding: 1);
        using var up = nn.ConvTranspose2d(8, 3, 4, stride: 2, padding: 1);
        using var same = nn.Conv2d(3, 3, 3, Padding.Same, padding_mode: PaddingModes.Reflect);
        var x = randn(2, 3, 16, 20);
        Assert.Equal([2, 8, 8, 10], down.call(x).shape);
        Assert.Equal(x.shape, up.call(down.call(x)).shape);
        Assert.Equal(x.shape, same.call(x).shape);
        Assert.Equal([2, 3, 17, 20], up.forward(down.call(x), [17, 20]).shape);
        Assert.Throws<ArgumentException>(() => down.call(randn(2, 4, 8, 8)));
    }

    [Fact]
    public void Hooks_BeforeAndAfter_SeeAndChangeWhatPasses()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Identity();
        var before = module.register_forward_pre_hook((_, input) => input + 1);
        module.register_forward_hook((_, input, output) => output * input);
        Assert.Equal(9, module.call(tensor(2.0)).ToDouble());
        before.remove();
        Assert.Equal(4, module.call(tensor(2.0)).ToDouble());
    }

    [Fact]
    public void Orthogonal_OfAWideMatrix_HasOrthonormalRows()
    {
        using var scope = NewDisposeScope();
        var w = nn.init.orthogonal_(empty(3, 7));
        Assert.True(w.matmul(w.t()).allclose(eye(3), atol: 1e-5));
    }

    [Fact]
    public void TruncNormal_ManyDraws_StayWithinTheBounds()
    {
        using var scope = NewDisposeScope();
        var w = nn.init.trunc_normal_(empty(20000), 0, 1, -1, 2);
        Assert.InRange(w.min().ToSingle(), -1f, -0.99f);
        Assert.InRange(w.max().ToSingle(), 1.9f, 2f);
        Assert.InRange(w.mean().ToDouble(), 0.20, 0.26);
    }
}
