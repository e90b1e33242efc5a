using Robotics.Inference.Dense;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rows;

/// <summary>
/// Dense layers on rows, SiLU after every one but the last. A row's result does not depend on the other rows. Immutable; thread-safe
/// as long as each caller brings its own memory.
/// </summary>
/// <param name="layers">Layers of one network.</param>
internal sealed class PackedRows(IReadOnlyList<LayerWeights> layers)
{
    private readonly PackedLinear[] _layers =
        [.. layers.Select((l, i) => new PackedLinear(l.Weights, l.Biases, i < layers.Count - 1 ? Activation.SiLU : Activation.None))];

    /// <summary>Input dimension.</summary>
    public int Inputs => _layers[0].Inputs;

    /// <summary>Output dimension.</summary>
    public int Outputs => _layers[^1].Outputs;

    /// <summary>Floats of memory for some rows.</summary>
    public int MemoryLength(int rows) => 2 * rows * _layers.Max(l => l.Outputs);

    /// <summary>Computes all rows. Does not allocate.</summary>
    /// <param name="input">[rows × inputs].</param>
    /// <param name="output">[rows × outputs].</param>
    /// <param name="memory">At least <see cref="MemoryLength"/>.</param>
    public void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> memory)
    {
        var rows = input.Length / Inputs;
        var half = memory.Length / 2;
        var from = input;
        for (var i = 0; i < _layers.Length; i++)
        {
            var into = i == _layers.Length - 1 ? output : memory.Slice(i % 2 * half, rows * _layers[i].Outputs);
            _layers[i].Forward(from, into);
            from = into;
        }
    }
}
