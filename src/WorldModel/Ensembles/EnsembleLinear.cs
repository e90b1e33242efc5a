using Robotics.Core.Randomness;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Ensembles;

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

    private readonly int _members;

    /// <summary>Creates an untrained layer; with <paramref name="isShared"/> one that all members share.</summary>
    public EnsembleLinear(int members, int inputs, int outputs, RandomKey key, bool isShared = false)
        : base(nameof(EnsembleLinear))
    {
        (_members, Inputs, Outputs) = (members, inputs, outputs);
        var copies = isShared ? 1 : members;
        var initial = TruncatedNormal.Sample(copies * inputs * outputs, 1 / (2 * Math.Sqrt(inputs)), key);
        _weight = nn.Parameter(tensor(initial, [copies, inputs, outputs]));
        _bias = nn.Parameter(zeros(copies, 1, outputs));
        RegisterComponents();
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>[member × input × output].</summary>
    public Tensor Weight => FromMembers(_weight);

    /// <summary>[member × 1 × output].</summary>
    public Tensor Bias => FromMembers(_bias);

    public override Tensor forward(Tensor input) => bmm(input, Weight) + Bias;

    private Tensor FromMembers(Parameter values) =>
        values.shape[0] == _members ? values : values.expand(_members, values.shape[1], values.shape[2]);
}
