using Robotics.Core.Errors;
using Robotics.Inference.Formats;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>Compiles the learned refinement of a folder for the control loop, without libtorch. For set-up.</summary>
public static class RefinementCompiler
{
    /// <summary>Compiles the refinement in an estimator's folder.</summary>
    /// <param name="folder">The estimator's.</param>
    /// <param name="model">That estimator, compiled.</param>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new, of another kind or of another estimator.</exception>
    public static CompiledRefinement Load(string folder, CompiledRssm model)
    {
        var (iterations, experts, network) = RefinementFile.Read(folder);
        try
        {
            return CompiledRefinement.Compile(Weights(SequenceModelFile.Read(folder), iterations, experts, network), model);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"The refinement in '{folder}' does not fit the estimator in that folder: train it again with " +
                "'./robot train refinement', or delete it.", e);
        }
    }

    /// <summary>Collects what the control loop needs of a refinement.</summary>
    /// <param name="arrays">The weights of the estimator.</param>
    /// <param name="iterations">Iterations per step.</param>
    /// <param name="experts">True when the iterations start from the product of experts; otherwise from the prior.</param>
    /// <param name="network">The update network.</param>
    public static RefinementWeights Weights(SequenceArrays arrays, int iterations, bool experts, HeadWeights network) => new()
    {
        Iterations = iterations,
        StartsFromExperts = experts,
        Std = (float)arrays.Options.VectorDeviation,
        LogStdRange = RefinementWeights.DefaultLogStdRange,
        GateOffset = RefinementWeights.DefaultGateOffset,
        Network = network,
        Decoders = [.. arrays.Layout.Modalities.Select((m, i) => m.IsImage ? null : Decoder(arrays, i))],
    };

    private static VectorDecoderWeights Decoder(SequenceArrays arrays, int index) => new(
        arrays.Read($"encoder.encoders.{index}.mean"), arrays.Read($"encoder.encoders.{index}.deviation"),
        arrays.Head($"decoder.decoders.{index}"));
}
