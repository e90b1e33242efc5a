namespace Robotics.Inference.Dense;

/// <summary>Activation function applied to a layer's outputs.</summary>
public enum Activation
{
    /// <summary>No activation.</summary>
    None,

    /// <summary>x / (1 + e^−x).</summary>
    SiLU,

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    Relu,
}
