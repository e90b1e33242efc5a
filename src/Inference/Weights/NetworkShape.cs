namespace Robotics.Inference.Weights;

/// <summary>Checks the layers of networks. Thread-safe; for set-up.</summary>
internal static class NetworkShape
{
    /// <summary>Throws unless the layers lead from so many numbers to so many.</summary>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public static void Check(string name, IReadOnlyList<LayerWeights> layers, int members, int inputs, int outputs)
    {
        Require(layers.Count > 0, $"the {name} has no layer");
        foreach (var layer in layers)
        {
            Require(layer.Inputs == inputs, $"a layer of the {name} takes {layer.Inputs} numbers where {inputs} come in");
            Require(layer.Weights.Length == members * layer.Inputs * layer.Outputs,
                $"a layer of the {name} has {layer.Weights.Length} weights where {members} x {layer.Outputs} x {layer.Inputs} are needed");
            Require(layer.Biases.Length == members * layer.Outputs,
                $"a layer of the {name} has {layer.Biases.Length} biases where {members} x {layer.Outputs} are needed");
            inputs = layer.Outputs;
        }

        Require(inputs == outputs, $"the {name} gives {inputs} numbers where {outputs} are needed");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new ArgumentException($"A network's weights do not fit: {what}.");
    }
}
