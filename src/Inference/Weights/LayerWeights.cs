namespace Robotics.Inference.Weights;

/// <summary>One fully connected layer of every member of an ensemble: y = W x + b. Treat as immutable.</summary>
/// <param name="Inputs">Dimension of x.</param>
/// <param name="Outputs">Dimension of y.</param>
/// <param name="Weights">[member × output × input], row-major.</param>
/// <param name="Biases">[member × output], row-major.</param>
public sealed record LayerWeights(int Inputs, int Outputs, float[] Weights, float[] Biases);
