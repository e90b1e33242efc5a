using System.Globalization;
using System.Security.Cryptography;
using Robotics.Core;
using Robotics.Data;
using Robotics.Inference;
using Robotics.Torch;

namespace Robotics.StateEstimation;

/// <summary>
/// An <see cref="ErrorArm"/> in one safetensors file beside the estimator that it improves: <c>network.input.*</c> and
/// <c>network.output.*</c>; in the metadata how often it iterates, where it begins, and a digest of the estimator's weights, because it
/// knows no others. Not thread-safe.
/// </summary>
public static class RefinementCheckpoint
{
    /// <summary>The file's name in a folder.</summary>
    public const string FileName = "refinement.safetensors";

    private const string Format = "robotics.refinement";
    private const int Version = 1;

    /// <summary>Writes a refinement into the folder of its estimator, whole or not at all.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable, or there is no estimator.</exception>
    public static void Save(string folder, ErrorArm arm, IReadOnlyDictionary<string, string>? notes = null)
    {
        var file = new SafetensorsFile();
        foreach (var (key, value) in notes ?? new Dictionary<string, string>())
            file.Metadata[key] = value;
        file.Metadata["format"] = Format;
        file.Metadata["format_version"] = $"{Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        file.Metadata["iterations"] = arm.Iterations.ToString(CultureInfo.InvariantCulture);
        file.Metadata["start"] = arm.HasStart ? "experts" : "prior";
        file.Metadata["estimator"] = Digest(folder);
        foreach (var (key, value) in arm.state_dict())
            file.Set(key, TensorData.Of<float>(value.ToFloats(), value.shape));
        file.Write(Path.Combine(folder, FileName));
    }

    /// <summary>Whether a folder holds one.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Makes the refinement that a folder holds, for the model that it holds.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program, something else, or of another estimator.</exception>
    public static ErrorArm Load(string folder, RssmFilteringModel model)
    {
        var read = Read(folder);
        var arm = new ErrorArm(model, read.Network.Hidden.Outputs, read.Iterations, read.StartsFromExperts ? new ExpertsArm(model) : null);
        var (hidden, output) = (arm.Network.Input, arm.Network.Output);
        if (hidden.weight!.shape[1] != read.Network.Hidden.Inputs || output.weight!.shape[0] != read.Network.Output.Outputs)
        {
            arm.Dispose();
            throw Damaged(Path.Combine(folder, FileName), null);
        }

        read.Network.Hidden.Weights.CopyTo(hidden.weight);
        read.Network.Hidden.Biases.CopyTo(hidden.bias!);
        read.Network.Output.Weights.CopyTo(output.weight);
        read.Network.Output.Biases.CopyTo(output.bias!);
        return arm;
    }

    /// <summary>What a folder's file says, without libtorch.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, newer than this program, something else, or of another estimator.</exception>
    internal static (int Iterations, bool StartsFromExperts, HeadWeights Network) Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "a refinement", Format, Version, file.Metadata);
        if (!file.Metadata.TryGetValue("estimator", out var digest) || digest != Digest(folder))
            throw new UserErrorException($"The refinement in '{path}' was learned for another state of the estimator beside it: learn it anew with './robot train refinement', or delete it.");
        try
        {
            return (int.Parse(file.Metadata["iterations"], CultureInfo.InvariantCulture), file.Metadata["start"] == "experts", new HeadWeights(Layer(file, path, "input"), Layer(file, path, "output")));
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or OverflowException)
        {
            throw Damaged(path, e);
        }
    }

    private static LayerWeights Layer(SafetensorsFile file, string path, string name)
    {
        var (weights, biases) = (file.GetWeights($"network.{name}.weight", path), file.GetWeights($"network.{name}.bias", path));
        return biases.Length > 0 && weights.Length % biases.Length == 0
            ? new LayerWeights(weights.Length / biases.Length, biases.Length, weights, biases)
            : throw Damaged(path, null);
    }

    /// <summary>Identifies the weights of the estimator in a folder; what else its file holds does not matter.</summary>
    private static string Digest(string folder)
    {
        var file = SafetensorsFile.Read(Path.Combine(folder, SequenceCheckpoint.FileName));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in file.Tensors.Where(t => t.Key.StartsWith("model.", StringComparison.Ordinal)).OrderBy(t => t.Key, StringComparer.Ordinal))
            hash.AppendData(tensor.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static UserErrorException Damaged(string path, Exception? inner) =>
        new($"The refinement in '{path}' is damaged: restore it from a copy or learn it anew with './robot train refinement'.", inner!);
}
