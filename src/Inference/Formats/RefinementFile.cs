using System.Globalization;
using System.Security.Cryptography;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Formats;

/// <summary>
/// The file of a learned refinement (<c>refinement.safetensors</c>) in the folder of the estimator that it improves, read without libtorch.
/// The trainer of the refinement writes it. Thread-safe; for set-up.
/// </summary>
public static class RefinementFile
{
    /// <summary>The file's name in a folder.</summary>
    public const string FileName = "refinement.safetensors";

    /// <summary>The format's name in the metadata.</summary>
    public const string Format = "robotics.refinement";

    /// <summary>The newest version of the format that this program reads and writes.</summary>
    public const int Version = 1;

    /// <summary>True when a folder holds one.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>The refinement that a folder's file describes.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new, of another kind or of another estimator.</exception>
    public static (int Iterations, bool StartsFromExperts, HeadWeights Network) Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "a refinement", Format, Version, file.Metadata);
        if (!file.Metadata.TryGetValue("estimator", out var digest) || digest != Digest(folder))
            throw new UserErrorException($"The refinement in '{path}' was trained for other weights of the estimator in that folder: " +
                "train it again with './robot train refinement', or delete it.");
        try
        {
            return (int.Parse(file.Metadata["iterations"], CultureInfo.InvariantCulture),
                file.Metadata["start"] == "experts", new HeadWeights(Layer(file, path, "input"), Layer(file, path, "output")));
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

    /// <summary>Hash of the estimator's weights in a folder, independent of the rest of its file.</summary>
    public static string Digest(string folder)
    {
        var file = SafetensorsFile.Read(Path.Combine(folder, SequenceModelFile.FileName));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in file.Tensors.Where(t => t.Key.StartsWith("model.", StringComparison.Ordinal))
            .OrderBy(t => t.Key, StringComparer.Ordinal))
            hash.AppendData(tensor.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The error for a file that cannot be used.</summary>
    public static UserErrorException Damaged(string path, Exception? inner) =>
        new($"The refinement in '{path}' is damaged: restore it from a copy or learn it anew with './robot train refinement'.", inner!);
}
