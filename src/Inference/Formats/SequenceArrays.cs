using Robotics.Inference.Weights;

namespace Robotics.Inference.Formats;

/// <summary>A sequence model's arrays by the keys of its state, from a file or from memory. For set-up.</summary>
/// <param name="Layout">Layout of the model's observations and actions.</param>
/// <param name="Options">Kind and sizes.</param>
/// <param name="Read">The array of a key, row-major.</param>
public sealed record SequenceArrays(SequenceLayout Layout, SequenceModelOptions Options, Func<string, float[]> Read)
{
    /// <summary>A dense layer.</summary>
    public LayerWeights Layer(string key) => Layer($"{key}.weight", $"{key}.bias");

    /// <summary>A dense layer whose parts have names of their own.</summary>
    public LayerWeights Layer(string weight, string bias)
    {
        var (weights, biases) = (Read(weight), Read(bias));
        return new LayerWeights(weights.Length / biases.Length, biases.Length, weights, biases);
    }

    /// <summary>A perceptron with one hidden layer.</summary>
    public HeadWeights Head(string key) => new(Layer($"{key}.input"), Layer($"{key}.output"));
}
