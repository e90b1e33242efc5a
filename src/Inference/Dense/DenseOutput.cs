namespace Robotics.Inference.Dense;

/// <summary>Output format of the native layer kernel.</summary>
internal enum DenseOutput
{
    /// <summary>Floats.</summary>
    Plain,

    /// <summary>Floats, after SiLU.</summary>
    Activated,

    /// <summary>Pairs of bfloat16, after SiLU.</summary>
    ActivatedPairs,
}
