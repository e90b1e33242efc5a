using Robotics.Core.Errors;

namespace Robotics.Inference.Dense;

/// <summary>Number format of the networks' multiplications. Everything else is in floats.</summary>
public enum Precision
{
    /// <summary>Floats, 24 bits.</summary>
    Single,

    /// <summary>
    /// Between hidden layers weights and activations of 8 bits, products summed up in floats: faster, where the processor has
    /// instructions for it.
    /// </summary>
    BFloat16,
}

/// <summary>Precisions that the machine supports. Thread-safe.</summary>
public static class Precisions
{
    /// <summary>The fastest that runs here: floats where the processor or the native library is lacking.</summary>
    public static Precision Fastest => FastestWith(KernelLibrary.Shared);

    /// <summary>Checks that the machine supports a precision, so that a program can fail before it has done any work.</summary>
    /// <exception cref="UserErrorException">This machine cannot multiply so; the message says why.</exception>
    public static void Require(Precision precision) => Require(precision, KernelLibrary.Shared);

    internal static void Require(Precision precision, KernelLibrary library)
    {
        if (precision == Precision.BFloat16 && library.Problem is not null)
            throw new UserErrorException(
                $"The model's networks cannot run in bf16 on this machine: {library.Problem}; choose the precision fp32.");
    }

    internal static Precision FastestWith(KernelLibrary library) => library.Problem is null ? Precision.BFloat16 : Precision.Single;
}
