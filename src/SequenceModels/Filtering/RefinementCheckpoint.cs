using System.Globalization;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Refinement;
using Robotics.TorchExtras;

namespace Robotics.SequenceModels.Filtering;

/// <summary>
/// An <see cref="ErrorRefinement"/> in one safetensors file in the folder of the estimator that it improves: <c>network.input.*</c> and
/// <c>network.output.*</c>; the metadata holds the number of iterations, the start and a digest of the estimator's weights, because it
/// fits no others. Not thread-safe.
/// </summary>
public static class RefinementCheckpoint
{
    /// <summary>Writes a refinement into the folder of its estimator, whole or not at all.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable, or there is no estimator.</exception>
    public static void Save(string folder, ErrorRefinement inference, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var file = new SafetensorsFile();
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            file.Metadata[key] = value;
        file.Metadata["format"] = RefinementFile.Format;
        file.Metadata["format_version"] = $"{RefinementFile.Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        file.Metadata["iterations"] = inference.Iterations.ToString(CultureInfo.InvariantCulture);
        file.Metadata["start"] = inference.HasStart ? "experts" : "prior";
        file.Metadata["estimator"] = RefinementFile.Digest(folder);
        foreach (var (key, value) in inference.state_dict())
            file.Set(key, TensorData.From<float>(value.ToFloats(), value.shape));
        file.Write(Path.Combine(folder, RefinementFile.FileName));
    }

    /// <summary>Loads a folder's refinement for the folder's model.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new, of another kind or of another estimator.</exception>
    public static ErrorRefinement Load(string folder, RssmFilteringModel model)
    {
        var read = RefinementFile.Read(folder);
        var inference = new ErrorRefinement(
            model, read.Network.Hidden.Outputs, read.Iterations, read.StartsFromExperts ? new ProductOfExperts(model) : null);
        var (hidden, output) = (inference.Network.Input, inference.Network.Output);
        if (hidden.weight!.shape[1] != read.Network.Hidden.Inputs || output.weight!.shape[0] != read.Network.Output.Outputs)
        {
            inference.Dispose();
            throw RefinementFile.Damaged(Path.Combine(folder, RefinementFile.FileName), null);
        }

        read.Network.Hidden.Weights.CopyTo(hidden.weight);
        read.Network.Hidden.Biases.CopyTo(hidden.bias!);
        read.Network.Output.Weights.CopyTo(output.weight);
        read.Network.Output.Biases.CopyTo(output.bias!);
        return inference;
    }
}
