using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Behaviour;

/// <summary>Dense layers with SiLU between them; keys <c>layers.N.*</c>. Not thread-safe.</summary>
internal sealed class LatentMlp : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layers")]
    private readonly ModuleList<Linear> _layers;

    public LatentMlp(int inputs, int[] hidden, int outputs)
        : base(nameof(LatentMlp))
    {
        int[] sizes = [inputs, .. hidden, outputs];
        _layers = new ModuleList<Linear>([.. Enumerable.Range(0, sizes.Length - 1).Select(i => nn.Linear(sizes[i], sizes[i + 1]))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        for (var i = 0; i < _layers.Count; i++)
            input = _layers[i].forward(i == 0 ? input : nn.functional.silu(input));
        return input;
    }

    /// <summary>A copy of the weights; the last layer's outputs are scaled by a factor.</summary>
    public LayerWeights[] Export(float factor = 1) => [.. _layers.Select((l, i) => Export(l, i == _layers.Count - 1 ? factor : 1))];

    private static LayerWeights Export(Linear layer, float factor)
    {
        var weight = layer.weight!;
        return new LayerWeights((int)weight.shape[1], (int)weight.shape[0], Scale(weight, factor), Scale(layer.bias!, factor));
    }

    private static float[] Scale(Tensor values, float factor)
    {
        using var scope = NewDisposeScope();
        return [.. values.detach().cpu().contiguous().ToFloats().Select(v => v * factor)];
    }
}
