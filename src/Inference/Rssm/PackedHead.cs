using Robotics.Inference.Dense;
using Robotics.Inference.Rows;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>Two dense layers on rows, SiLU between them. Immutable; thread-safe as long as each caller brings its own memory.</summary>
internal sealed class PackedHead(HeadWeights weights, Activation last = Activation.None)
{
    private readonly PackedLinear _hidden = new(weights.Hidden.Weights, weights.Hidden.Biases, Activation.SiLU);
    private readonly PackedLinear _output = new(weights.Output.Weights, weights.Output.Biases, last);

    /// <summary>Hidden dimension.</summary>
    public int Hidden => _hidden.Outputs;

    /// <summary>Input dimension.</summary>
    public int Inputs => _hidden.Inputs;

    /// <summary>Output dimension.</summary>
    public int Outputs => _output.Outputs;

    /// <summary>Computes all rows.</summary>
    /// <param name="input">[rows × inputs].</param>
    /// <param name="hidden">Memory of at least [rows × hidden].</param>
    /// <param name="output">[rows × outputs].</param>
    public void Forward(ReadOnlySpan<float> input, Span<float> hidden, Span<float> output)
    {
        hidden = hidden[..(input.Length / Inputs * Hidden)];
        _hidden.Forward(input, hidden);
        _output.Forward(hidden, output);
    }
}
