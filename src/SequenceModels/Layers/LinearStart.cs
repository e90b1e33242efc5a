using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Layers;

/// <summary>
/// Fresh weights with which two layers and the SiLU between them are a linear map, by units in pairs of opposite sign:
/// silu(x) − silu(−x) = x (the looks-linear initialisation of Balduzzi et al. 2017, "The Shattered Gradients Problem", section 5, there
/// for ReLU). Inputs that a network only has to pass through, such as joint angles, it then passes through exactly from the start.
/// The std of the inputs is preserved.
/// </summary>
internal static class LinearStart
{
    /// <summary>Gain on libtorch's initialisation with which a layer before a pair preserves the std of its inputs.</summary>
    public const double FirstGain = 1.7320508;

    /// <summary>Gain on libtorch's initialisation with which a layer behind a pair preserves the std of its inputs.</summary>
    public const double SecondGain = 2.4494897;

    /// <summary>Pairs the units of a layer, its rows: the second half of them are the first with the opposite sign.</summary>
    public static void PairOutputs(Linear layer, double gain = FirstGain)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var half = layer.weight!.shape[0] / 2;
        layer.weight.mul_(gain);
        layer.weight.narrow(0, half, half).copy_(-layer.weight.narrow(0, 0, half));
        layer.bias?.zero_();
    }

    /// <summary>Pairs a layer's inputs: the second half of its columns are the first with the opposite sign.</summary>
    /// <param name="weight">[outputs × inputs].</param>
    /// <param name="gain">Factor on the present weights.</param>
    /// <param name="inputs">Number of inputs that are pairs, from the first; 0 for all.</param>
    public static void PairInputs(Tensor weight, double gain = SecondGain, long inputs = 0)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var half = (inputs > 0 ? inputs : weight.shape[1]) / 2;
        weight.mul_(gain);
        weight.narrow(1, half, half).copy_(-weight.narrow(1, 0, half));
    }

    /// <summary>Both layers of a network.</summary>
    public static void Pair(Mlp net)
    {
        PairOutputs(net.Input);
        PairInputs(net.Output.weight!);
    }
}
