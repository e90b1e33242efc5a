using Robotics.Core;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel;

/// <summary>
/// One fully connected layer of all members: y = x W + b with x [member × row × input] (FC.py of the authors' code). Weights
/// start truncated-normal with standard deviation 1 / (2·√input), biases at zero. Not thread-safe.
/// </summary>
internal sealed class EnsembleLinear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public EnsembleLinear(int members, int inputs, int outputs, RandomKey key)
        : base(nameof(EnsembleLinear))
    {
        Inputs = inputs;
        Outputs = outputs;
        var initial = TruncatedNormal.Draw(members * inputs * outputs, 1 / (2 * Math.Sqrt(inputs)), key);
        _weight = nn.Parameter(tensor(initial, [members, inputs, outputs]));
        _bias = nn.Parameter(zeros(members, 1, outputs));
        RegisterComponents();
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>[member × input × output].</summary>
    public Parameter Weight => _weight;

    /// <summary>[member × 1 × output].</summary>
    public Parameter Bias => _bias;

    public override Tensor forward(Tensor input) => baddbmm(_bias, input, _weight);
}
