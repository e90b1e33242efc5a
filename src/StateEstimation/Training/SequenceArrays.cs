using Robotics.Inference;

namespace Robotics.StateEstimation;

/// <summary>A sequence model's numbers by the keys of its state, wherever they come from. For set-up.</summary>
/// <param name="Layout">What the model takes in.</param>
/// <param name="Options">Its kind and sizes.</param>
/// <param name="Read">The numbers of a key, row-major.</param>
internal sealed record SequenceArrays(SequenceLayout Layout, SequenceModelOptions Options, Func<string, float[]> Read)
{
    /// <summary>A dense layer.</summary>
    public LayerWeights Layer(string key) => Layer($"{key}.weight", $"{key}.bias");

    /// <summary>A dense layer whose parts have names of their own.</summary>
    public LayerWeights Layer(string weight, string bias)
    {
        var (weights, biases) = (Read(weight), Read(bias));
        return new LayerWeights(weights.Length / biases.Length, biases.Length, weights, biases);
    }

    /// <summary>An <see cref="Mlp"/>.</summary>
    public HeadWeights Head(string key) => new(Layer($"{key}.input"), Layer($"{key}.output"));
}
