using Robotics.Inference.Dense;

namespace Robotics.Learning.Settings;

/// <summary>Number format of a task's networks, as named in its file.</summary>
internal enum RolloutPrecision
{
    /// <summary>Floats.</summary>
    Fp32,

    /// <summary>bfloat16 between hidden layers; refused where the processor has no instructions for it.</summary>
    Bf16,

    /// <summary>bfloat16 where it runs, otherwise floats: the results then depend on the machine.</summary>
    Auto,
}

/// <summary>Resolves the setting on this machine. Pure; thread-safe.</summary>
internal static class RolloutPrecisions
{
    /// <summary>The engine's precision.</summary>
    public static Precision Resolve(this RolloutPrecision setting) => setting switch
    {
        RolloutPrecision.Bf16 => Precision.BFloat16,
        RolloutPrecision.Auto => Precisions.Fastest,
        _ => Precision.Single,
    };
}
