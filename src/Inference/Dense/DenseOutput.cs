namespace Robotics.Inference.Dense;

/// <summary>What the native kernel of a layer writes.</summary>
internal enum DenseOutput
{
    /// <summary>Floats.</summary>
    Plain,

    /// <summary>Floats, after SiLU.</summary>
    Activated,

    /// <summary>Pairs of bfloat16, after SiLU.</summary>
    ActivatedPairs,
}
