using Robotics.Core.Errors;
using Robotics.Core.Spaces;
using Robotics.Inference.Dense;
using Robotics.Inference.Simd;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Ensembles;

/// <summary>
/// An ensemble compiled for the control loop: weights packed for one vector width, and the scaling around the networks as plain
/// arrays. Immutable; thread-safe.
/// </summary>
public sealed class PackedEnsemble
{
    private PackedEnsemble(EnsembleWeights weights, VectorWidth width, KernelLibrary? library)
    {
        Observations = weights.Observations;
        ActionDimension = weights.ActionDimension;
        Members = weights.Members;
        IsDeterministic = weights.IsDeterministic;
        Outputs = weights.OutputDimension;
        Network = new PackedMlp(weights.Layers, weights.Members, width, library);
        var elements = weights.Observations.Elements;
        IsAngle = [.. elements.Select(e => e.Encoding == ElementEncoding.SineCosine)];
        Predicted = [.. Enumerable.Range(0, elements.Count).Where(i => elements[i].Treatment == ObservationTreatment.Predict)];
        Low = [.. Predicted.Select(i => elements[i].Low)];
        High = [.. Predicted.Select(i => elements[i].High)];
        InputMean = [.. weights.InputMean];
        InputScale = [.. weights.InputStandardDeviation.Select(s => 1 / s)];
        IsBounded = [.. Low.Zip(High, (low, high) => !float.IsNegativeInfinity(low) || !float.IsPositiveInfinity(high))];
        InverseMaximumVariance = [.. weights.MaximumLogVariance.Select(l => (float)Math.Exp(-l))];
        MinimumVariance = [.. weights.MinimumLogVariance.Select(l => (float)Math.Exp(l))];
    }

    /// <summary>The layout of the state.</summary>
    public ObservationSpace Observations { get; }

    /// <summary>Action dimension.</summary>
    public int ActionDimension { get; }

    /// <summary>Networks in the ensemble.</summary>
    public int Members { get; }

    /// <summary>The vector width that it is packed for.</summary>
    public VectorWidth Width => Network.Width;

    /// <summary>Precision of its networks' multiplications.</summary>
    public Precision Precision => Network.Precision;

    /// <summary>Multiplications and additions of the layers for one particle and step; activations and sampling not counted.</summary>
    public double FlopsPerParticleStep => Network.FlopsPerRow;

    /// <summary>True when the networks predict no variance.</summary>
    public bool IsDeterministic { get; }

    /// <summary>Output dimension of a network.</summary>
    internal int Outputs { get; }

    internal PackedMlp Network { get; }

    /// <summary>[element], true when it enters as sine and cosine.</summary>
    internal bool[] IsAngle { get; }

    /// <summary>[D], indices of the elements that the model predicts.</summary>
    internal int[] Predicted { get; }

    /// <summary>[D], where predictions are clipped.</summary>
    internal float[] Low { get; }

    /// <summary>[D], where predictions are clipped.</summary>
    internal float[] High { get; }

    /// <summary>[input].</summary>
    internal float[] InputMean { get; }

    /// <summary>[input], one over the std.</summary>
    internal float[] InputScale { get; }

    /// <summary>[D], true when predictions are clipped.</summary>
    internal bool[] IsBounded { get; }

    /// <summary>[D], one over the soft upper bound of the variance.</summary>
    internal float[] InverseMaximumVariance { get; }

    /// <summary>[D], the soft lower bound of the variance.</summary>
    internal float[] MinimumVariance { get; }

    /// <summary>Packs a trained ensemble. Copies everything; for set-up.</summary>
    /// <param name="weights">The ensemble.</param>
    /// <param name="width">The vector width to pack for; null takes the machine's best.</param>
    /// <param name="precision">Precision of its networks' multiplications; bfloat16 requires 512 bits.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or bfloat16 is asked for with another width.</exception>
    /// <exception cref="UserErrorException">This machine cannot multiply in bfloat16; the message says why.</exception>
    public static PackedEnsemble Compile(EnsembleWeights weights, VectorWidth? width = null, Precision precision = Precision.Single) =>
        Compile(weights, width, precision, KernelLibrary.Shared);

    /// <summary>The same with another library.</summary>
    internal static PackedEnsemble Compile(EnsembleWeights weights, VectorWidth? width, Precision precision, KernelLibrary library)
    {
        weights.Validate();
        if (precision == Precision.Single)
            return new PackedEnsemble(weights, width ?? VectorWidths.Best, library: null);
        if ((width ?? VectorWidth.Bits512) != VectorWidth.Bits512)
            throw new ArgumentException("Networks in bfloat16 are packed for 512 bits only.", nameof(width));
        Precisions.Require(precision, library);
        return new PackedEnsemble(weights, VectorWidth.Bits512, library);
    }

    /// <summary>True when another ensemble can replace this one: same spaces, members, layers, width and precision.</summary>
    internal bool HasShapeOf(PackedEnsemble other) =>
        Observations.Hash == other.Observations.Hash && ActionDimension == other.ActionDimension
        && IsDeterministic == other.IsDeterministic && Members == other.Members && Width == other.Width && Precision == other.Precision
        && Network.Layers.Select(l => l.Outputs).SequenceEqual(other.Network.Layers.Select(l => l.Outputs));
}
