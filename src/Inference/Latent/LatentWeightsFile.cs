using System.Globalization;
using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Latent;

/// <summary>
/// <see cref="LatentWeights"/> in one safetensors file that can be read without libtorch: <c>ensemble.dynamics.N.weight</c>
/// [member × output × input] and <c>.bias</c>, <c>ensemble.reward.N.*</c>, <c>ensemble.max_logvar</c>, <c>ensemble.min_logvar</c>,
/// <c>value.N.*</c>, <c>actor.N.*</c>; sizes and the intended use in the metadata. Thread-safe.
/// </summary>
public static class LatentWeightsFile
{
    /// <summary>The file's name in a folder.</summary>
    public const string FileName = "imagination.safetensors";
    private const string Format = "robotics.imagination";
    private const int Version = 1;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes the file into a folder, whole or not at all.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public static void Write(string folder, LatentWeights weights, LatentUse use, IReadOnlyDictionary<string, string>? metadata)
    {
        var file = new SafetensorsFile();
        foreach (var (key, entry) in metadata ?? new Dictionary<string, string>())
            file.Metadata[key] = entry;
        file.Metadata["format"] = Format;
        file.Metadata["format_version"] = $"{Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        file.Metadata["use"] = JsonSerializer.Serialize(use, Json);
        if (weights.Ensemble is { } ensemble)
            Put(file, ensemble);
        if (weights.Value is { } value)
        {
            Put(file, "value", value.Layers, 1);
            file.Metadata["discount"] = value.Discount.ToString("R", CultureInfo.InvariantCulture);
        }

        if (weights.Actor is { } actor)
        {
            Put(file, "actor", actor.Layers, 1);
            file.Metadata["minimum_deviation"] = actor.MinimumStd.ToString("R", CultureInfo.InvariantCulture);
        }

        file.Write(Path.Combine(folder, FileName));
    }

    /// <summary>True when a folder holds the file.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Reads the file of a folder.</summary>
    /// <exception cref="UserErrorException">It is damaged, newer than this program or something else.</exception>
    public static (LatentWeights Weights, LatentUse Use) Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "an imagination", Format, Version, file.Metadata);
        try
        {
            var use = JsonSerializer.Deserialize<LatentUse>(file.Metadata["use"], Json)!;
            var value = Layers(file, "value", path, 1) is { Count: > 0 } v
                ? new LatentValueWeights(v, double.Parse(file.Metadata["discount"], CultureInfo.InvariantCulture))
                : null;
            var actor = Layers(file, "actor", path, 1) is { Count: > 0 } a
                ? new LatentActorWeights(a, float.Parse(file.Metadata["minimum_deviation"], CultureInfo.InvariantCulture))
                : null;
            return (new LatentWeights(Ensemble(file, path), value, actor), use);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new UserErrorException($"The imagination in '{path}' is damaged: restore it from a copy or train anew.", e);
        }
    }

    private static void Put(SafetensorsFile file, BeliefEnsembleWeights ensemble)
    {
        Put(file, "ensemble.dynamics", ensemble.Dynamics, ensemble.Members);
        Put(file, "ensemble.reward", ensemble.Reward, ensemble.Members);
        file.Set("ensemble.max_logvar", TensorData.From<float>(ensemble.MaximumLogVariance, ensemble.Stochastic));
        file.Set("ensemble.min_logvar", TensorData.From<float>(ensemble.MinimumLogVariance, ensemble.Stochastic));
        file.Metadata["members"] = $"{ensemble.Members}";
        file.Metadata["deterministic"] = $"{ensemble.Deterministic}";
        file.Metadata["actions"] = $"{ensemble.ActionDimension}";
        file.Metadata["path_limit"] = ensemble.PathLimit.ToString("R", CultureInfo.InvariantCulture);
    }

    private static BeliefEnsembleWeights? Ensemble(SafetensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue("members", out var members))
            return null;
        var (count, highest) = (int.Parse(members, CultureInfo.InvariantCulture), file.GetWeights("ensemble.max_logvar", path));
        var weights = new BeliefEnsembleWeights
        {
            Deterministic = int.Parse(file.Metadata["deterministic"], CultureInfo.InvariantCulture),
            Stochastic = highest.Length,
            ActionDimension = int.Parse(file.Metadata["actions"], CultureInfo.InvariantCulture),
            Members = count,
            Dynamics = Layers(file, "ensemble.dynamics", path, count),
            Reward = Layers(file, "ensemble.reward", path, count),
            MaximumLogVariance = highest,
            MinimumLogVariance = file.GetWeights("ensemble.min_logvar", path),
            PathLimit = float.Parse(file.Metadata["path_limit"], CultureInfo.InvariantCulture),
        };
        weights.Validate();
        return weights;
    }

    private static void Put(SafetensorsFile file, string name, IReadOnlyList<LayerWeights> layers, int members)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            file.Set($"{name}.{i}.weight", TensorData.From<float>(layers[i].Weights, members, layers[i].Outputs, layers[i].Inputs));
            file.Set($"{name}.{i}.bias", TensorData.From<float>(layers[i].Biases, members, layers[i].Outputs));
        }
    }

    private static List<LayerWeights> Layers(SafetensorsFile file, string name, string path, int members)
    {
        var layers = new List<LayerWeights>();
        while (file.Tensors.ContainsKey($"{name}.{layers.Count}.weight"))
        {
            var layer = $"{name}.{layers.Count}";
            var (weights, biases) = (file.GetWeights($"{layer}.weight", path), file.GetWeights($"{layer}.bias", path));
            layers.Add(new LayerWeights(weights.Length / biases.Length, biases.Length / members, weights, biases));
        }

        return layers;
    }
}
