using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;

namespace Robotics.Inference.Formats;

/// <summary>
/// The file of a sequence model (<c>estimator.safetensors</c>), read without libtorch: layout and options as JSON in the metadata,
/// <c>model.KEY</c> for the weights. The trainer of the model writes it. Thread-safe; for set-up.
/// </summary>
public static class SequenceModelFile
{
    /// <summary>The file's name in a folder.</summary>
    public const string FileName = "estimator.safetensors";

    /// <summary>The format's name in the metadata.</summary>
    public const string Format = "robotics.sequence-model";

    /// <summary>The newest version of the format that this program reads and writes.</summary>
    public const int Version = 1;

    /// <summary>JSON format of layout and options.</summary>
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>True when a folder holds a sequence model.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>The layout of the observations that the model in a folder takes in.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind.</exception>
    public static SequenceLayout ReadLayout(string folder) => Read(folder).Layout;

    /// <summary>The metadata of the file in a folder, including the caller's own entries.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string folder) =>
        new Dictionary<string, string>(Open(folder).File.Metadata);

    /// <summary>The weights of the model in a folder.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind.</exception>
    public static SequenceArrays Read(string folder)
    {
        var (file, path) = Open(folder);
        return new SequenceArrays(
            Parse<SequenceLayout>(file, "layout", path), Parse<SequenceModelOptions>(file, "options", path),
            key => file.GetWeights($"model.{key}", path));
    }

    /// <summary>Opens the file of a folder and checks its format.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind.</exception>
    public static (SafetensorsFile File, string Path) Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "a sequence model", Format, Version, file.Metadata);
        return (file, path);
    }

    /// <summary>A value that the metadata hold as JSON.</summary>
    /// <exception cref="UserErrorException">It is missing or damaged.</exception>
    public static T Parse<T>(SafetensorsFile file, string key, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Metadata.TryGetValue(key, out var text) ? text : "", Json)
                ?? throw new JsonException("empty");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"The model in '{path}' does not say its {key}: restore it from a copy or train anew.", e);
        }
    }
}
