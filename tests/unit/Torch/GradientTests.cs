using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Robotics.Tests.Unit.Torch;

/// <summary>Every differentiable function against central differences in double precision.</summary>
public class GradientTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["abs"] = x => x.abs(),
        ["acos"] = x => (x * 0.3).acos(),
        ["addcdiv"] = x => x.addcdiv(x.sin(), x.square() + 1, 0.5),
        ["addcmul"] = x => x.addcmul(x.sin(), x.cos(), 0.5),
        ["addmm"] = x => x.addmm(x.t().contiguous().t(), ones(4, 4, x.dtype), 0.5f, 2),
        ["amax"] = x => x.amax([1]),
        ["asin"] = x => (x * 0.3).asin(),
        ["atan"] = x => x.atan(),
        ["atan2"] = x => x.atan2(x.square() + 1),
        ["avg_pool2d"] = x => F.avg_pool2d(x.view(1, 1, 3, 4), 2, 1),
        ["baddbmm"] = x => zeros(1, 3, 3, x.dtype).baddbmm(x.view(1, 3, 4), x.view(1, 4, 3)),
        ["binary_cross_entropy_with_logits"] = x => F.binary_cross_entropy_with_logits(x, full_like(x, 0.3)),
        ["bmm"] = x => x.view(1, 3, 4).bmm(x.view(1, 4, 3)),
        ["cat"] = x => cat([x, x * 2], 1),
        ["chunk"] = x => x.chunk(2, 1)[1],
        ["clamp"] = x => x.clamp(-0.4, 0.6),
        ["conv1d"] = x => F.conv1d(x.view(1, 3, 4), ones([2, 3, 2], x.dtype), padding: 1),
        ["conv2d"] = x => F.conv2d(x.view(1, 1, 3, 4), x.narrow(0, 0, 2).narrow(1, 0, 2).reshape(1, 1, 2, 2), padding: [1, 1]),
        ["conv_transpose2d"] = x => F.conv_transpose2d(x.view(1, 1, 3, 4), x.narrow(0, 0, 2).narrow(1, 0, 2).reshape(1, 1, 2, 2), strides: [2, 2]),
        ["cos"] = x => x.cos(),
        ["cosh"] = x => x.cosh(),
        ["cross_entropy"] = x => F.cross_entropy(x, tensor(new long[] { 0, 3, 1 })),
        ["cumsum"] = x => x.cumsum(1),
        ["det"] = x => x.matmul(x.t()).add(eye(3, dtype: x.dtype)).det(),
        ["diagonal"] = x => x.diagonal(),
        ["div"] = x => x / (x.square() + 1),
        ["diff"] = x => x.diff(),
        ["einsum"] = x => einsum("ij,kj->ik", x, x),
        ["elu"] = x => x.elu(),
        ["erf"] = x => x.erf(),
        ["exp"] = x => x.exp(),
        ["expand"] = x => x.unsqueeze(0).expand(2, 3, 4),
        ["expm1"] = x => x.expm1(),
        ["flip"] = x => x.flip(1) * arange(4, dtype: x.dtype),
        ["gather"] = x => x.gather(1, tensor(new long[,] { { 0, 1 }, { 3, 2 }, { 1, 1 } })),
        ["gelu"] = x => x.gelu(),
        ["glu"] = x => x.glu(),
        ["group_norm"] = x => F.group_norm(x.view(1, 4, 3), 2, x[0], x[1]),
        ["gru_cell"] = x => GruStep(x),
        ["huber_loss"] = x => F.huber_loss(x, zeros_like(x), 0.3),
        ["index"] = x => x[TensorIndex.Ellipsis, 1..3],
        ["index_select"] = x => x.index_select(1, tensor(new long[] { 2, 0, 2 })),
        ["interpolate bilinear"] = x => F.interpolate(x.view(1, 1, 3, 4), [5, 7], mode: InterpolationMode.Bilinear),
        ["interpolate nearest"] = x => F.interpolate(x.view(1, 1, 3, 4), scale_factor: [2]),
        ["inverse"] = x => x.matmul(x.t()).add(eye(3, dtype: x.dtype)).inverse(),
        ["kl_div"] = x => F.kl_div(x.log_softmax(1), zeros_like(x).log_softmax(1)),
        ["l1_loss"] = x => F.l1_loss(x, zeros_like(x)),
        ["layer_norm"] = x => F.layer_norm(x, [4], x[0], x[1]),
        ["leaky_relu"] = x => x.leaky_relu(0.1),
        ["lerp"] = x => x.lerp(x.sin(), x.cos()),
        ["linear"] = x => F.linear(x, x, x.sum(1)),
        ["log"] = x => (x.square() + 0.5).log(),
        ["log1p"] = x => x.square().log1p(),
        ["log_softmax"] = x => x.log_softmax(1),
        ["logaddexp"] = x => x.logaddexp(x.sin()),
        ["logsumexp"] = x => x.logsumexp(1),
        ["masked_fill"] = x => x.masked_fill(x > 0.2, 0.7),
        ["matmul"] = x => x.matmul(x.t()),
        ["max"] = x => x.max(1).values,
        ["max_pool2d"] = x => F.max_pool2d(x.view(1, 1, 3, 4), 2, 1),
        ["maximum"] = x => x.maximum(x.sin() * 0.5),
        ["mean"] = x => x.mean([0]),
        ["median"] = x => x.median(),
        ["min"] = x => x.min(0).values,
        ["minimum"] = x => x.minimum(x.cos()),
        ["mm"] = x => x.mm(x.t()),
        ["mse_loss"] = x => F.mse_loss(x, ones_like(x)),
        ["mul"] = x => x * x.sin(),
        ["nan_to_num"] = x => x.nan_to_num(),
        ["narrow"] = x => x.narrow(1, 1, 2),
        ["neg"] = x => -x,
        ["norm"] = x => x.norm(1, true, 2),
        ["normalize"] = x => F.normalize(x),
        ["pad"] = x => F.pad(x.view(1, 1, 3, 4), [1, 2, 0, 1], PaddingModes.Replicate),
        ["permute"] = x => x.view(1, 3, 4).permute(2, 0, 1) * 2,
        ["pow"] = x => (x.square() + 1).pow(1.7),
        ["prod"] = x => x.prod(1),
        ["quantile"] = x => x.quantile(tensor(0.4, dtype: x.dtype), 1),
        ["reciprocal"] = x => (x.square() + 1).reciprocal(),
        ["relu"] = x => x.relu(),
        ["remainder"] = x => x.remainder(0.37),
        ["repeat"] = x => x.repeat(2, 1),
        ["roll"] = x => x.roll(1, 1) * arange(4, dtype: x.dtype),
        ["rsub and division by a number's side"] = x => (1 - x) * (2 / (x.square() + 1)),
        ["scaled_dot_product_attention"] = x => F.scaled_dot_product_attention(x, x.sin(), x.cos(), is_casual: true),
        ["scatter_add"] = x => zeros(3, 5, x.dtype).scatter_add(1, zeros(3, 4, ScalarType.Int64), x),
        ["select"] = x => x.select(0, 1),
        ["sigmoid"] = x => x.sigmoid(),
        ["silu"] = x => x.silu(),
        ["sin"] = x => x.sin(),
        ["slice"] = x => x.slice(1, 0, 4, 2),
        ["smooth_l1_loss"] = x => F.smooth_l1_loss(x, zeros_like(x), beta: 0.4),
        ["softmax"] = x => x.softmax(1),
        ["softplus"] = x => x.softplus(),
        ["sort"] = x => x.sort(1).Values * arange(4, dtype: x.dtype),
        ["split"] = x => x.split([1, 3], 1)[1],
        ["sqrt"] = x => (x.square() + 1).sqrt(),
        ["squeeze"] = x => x.unsqueeze(1).squeeze(1),
        ["solve"] = x => linalg.solve(x.matmul(x.t()) + eye(3, dtype: x.dtype), x),
        ["stack"] = x => stack([x, x.sin()]),
        ["std"] = x => x.std(1),
        ["sum"] = x => x.sum(1, true),
        ["tan"] = x => x.tan(),
        ["tanh"] = x => x.tanh(),
        ["tile"] = x => x.tile([2, 1]),
        ["topk"] = x => x.topk(2).values,
        ["tril"] = x => x.tril(),
        ["unbind"] = x => x.unbind(1)[2],
        ["unfold"] = x => x.unfold(1, 2, 1),
        ["var"] = x => x.var([0], false),
        ["where"] = x => where(x > 0, x.sin(), x.cos()),
    };

    private static Tensor GruStep(Tensor x)
    {
        using var generator = new Generator(5);
        var cell = nn.GRUCell(4, 2, dtype: x.dtype);
        foreach (var parameter in cell.parameters()) nn.init.uniform_(parameter, -0.5, 0.5, generator);
        return cell.call(x, x.narrow(1, 0, 2));
    }

    public static TheoryData<string> Names => new(Functions.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_OfEveryFunction_AgreesWithCentralDifferences(string name)
    {
        const double Step = 1e-6;
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var function = Functions[name];
        var x = rand([3, 4], ScalarType.Float64, generator: generator) * 2 - 1;
        var weights = rand(function(x).shape, ScalarType.Float64, generator: generator);
        double Value(Tensor at) => (function(at) * weights).sum().ToDouble();
        var point = x.clone().requires_grad_();
        (function(point) * weights).sum().backward();
        var gradient = point.grad!.flatten().data<double>().ToArray();
        for (var i = 0; i < gradient.Length; i++)
        {
            var up = x.clone();
            var down = x.clone();
            up.view(-1).index_put_(x.view(-1)[i] + Step, i);
            down.view(-1).index_put_(x.view(-1)[i] - Step, i);
            Assert.Equal((Value(up) - Value(down)) / (2 * Step), gradient[i], 1e-6);
        }
    }
}
