namespace Robotics.Inference.Dense;

/// <summary>What follows a layer.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>x / (1 + e^−x).</summary>
    SiLU,

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    Relu,
}
