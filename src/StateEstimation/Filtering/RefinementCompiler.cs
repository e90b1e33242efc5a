using Robotics.Core;
using Robotics.Inference;
using Robotics.Torch;

namespace Robotics.StateEstimation;

/// <summary>
/// Makes of a trained <see cref="ErrorArm"/> what the loop runs: from the files of a folder, without libtorch, or from arm and model in
/// memory. For set-up.
/// </summary>
public static class RefinementCompiler
{
    /// <summary>Compiles the refinement that a folder holds beside its estimator.</summary>
    /// <param name="folder">The estimator's.</param>
    /// <param name="model">That estimator, compiled.</param>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program, something else, or of another estimator.</exception>
    public static CompiledRefinement Load(string folder, CompiledRssm model)
    {
        var (iterations, experts, network) = RefinementCheckpoint.Read(folder);
        try
        {
            return CompiledRefinement.Compile(Weights(SequenceCheckpoint.Read(folder), iterations, experts, network), model);
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"The refinement in '{folder}' does not fit the estimator beside it: learn it anew with './robot train refinement', or delete it.", e);
        }
    }

    /// <summary>Compiles an arm; later changes of its weights do not show.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="model">What it was trained for.</param>
    /// <param name="compiled">The same, compiled.</param>
    /// <exception cref="ArgumentException">The arm begins at the prior and would not see the model's cameras.</exception>
    public static CompiledRefinement Compile(ErrorArm arm, RssmFilteringModel model, CompiledRssm compiled)
    {
        var (own, state) = (arm.state_dict(), model.Model.state_dict());
        var network = new SequenceArrays(model.Model.Layout, model.Model.Options, key => own[key].ToFloats()).Head("network");
        var arrays = new SequenceArrays(model.Model.Layout, model.Model.Options, key => state[key].ToFloats());
        return CompiledRefinement.Compile(Weights(arrays, arm.Iterations, arm.HasStart, network), compiled);
    }

    private static RefinementWeights Weights(SequenceArrays arrays, int iterations, bool experts, HeadWeights network) => new()
    {
        Iterations = iterations,
        StartsFromExperts = experts,
        Deviation = (float)arrays.Options.VectorDeviation,
        LogDeviationRange = (float)PosteriorParameters.LogDeviationRange,
        GateOffset = (float)IterativeArm.FirstGate,
        Network = network,
        Decoders = [.. arrays.Layout.Modalities.Select((m, i) => m.IsImage ? null : Decoder(arrays, i))],
    };

    private static VectorDecoderWeights Decoder(SequenceArrays arrays, int index) => new(
        arrays.Read($"encoder.encoders.{index}.mean"), arrays.Read($"encoder.encoders.{index}.deviation"), arrays.Head($"decoder.decoders.{index}"));
}
