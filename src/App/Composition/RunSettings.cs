using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Robotics.Core;
using Robotics.Data;

namespace Robotics.App.Composition;

/// <summary>
/// What a run's numbers depend on, kept in its folder as <c>settings.json</c>: a run goes on under the settings it was started
/// with or not at all. How many trials there are is not among them.
/// </summary>
internal static class RunSettings
{
    private const string FileName = "settings.json";
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    /// <summary>Writes the settings into a new run's folder, or holds an old run to those that are there.</summary>
    /// <param name="session">The task.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="UserErrorException">The run was started with other settings; the message names the first that differs.</exception>
    public static void Hold(TaskSession session, ulong seed, string folder)
    {
        var settings = Of(session, seed);
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            AtomicFile.WriteText(path, settings.ToJsonString(Format) + "\n");
        else if (FirstDifference(Read(path), settings) is { } name)
            throw new UserErrorException($"the run in {folder} was started with another '{name}' (see {FileName} there); use the same task, settings and seed, or another folder with --out.");
    }

    /// <summary>The name of the first setting that differs; null when none does.</summary>
    internal static string? FirstDifference(JsonObject kept, JsonObject asked) =>
        asked.Select(s => s.Key).FirstOrDefault(name => !JsonNode.DeepEquals(kept[name], asked[name]));

    private static JsonObject Of(TaskSession session, ulong seed) => new()
    {
        ["task"] = session.Task.Name,
        ["seed"] = seed,
        ["spaces, reward and rates"] = session.Task.Hash,
        ["horizon_steps"] = session.Task.HorizonSteps,
        ["mjcf"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(session.Task.ModelPath))),
        ["simulation"] = Node(session.Task.Simulation),
        ["planner"] = Node(session.Planner),
        ["model"] = Node(session.Model),
    };

    // By way of text, so that numbers compare as they are written.
    private static JsonNode? Node<T>(T value) => JsonNode.Parse(JsonSerializer.Serialize(value, Format));

    private static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"{path} is not readable; restore it, or choose another folder with --out.", e);
        }
    }
}
