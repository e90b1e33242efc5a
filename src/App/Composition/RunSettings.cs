using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Robotics.Configuration;
using Robotics.Controller;
using Robotics.Core;
using Robotics.Data;

namespace Robotics.App.Composition;

/// <summary>
/// What a run's numbers depend on, kept in its folder as <c>settings.json</c>: a run goes on under the settings it was started
/// with or not at all. How many trials there are is not among them. A setting that the folder lacks, because it is younger than
/// the run, counts as its default; one that this program no longer knows is passed over.
/// </summary>
internal static class RunSettings
{
    private const string FileName = "settings.json";
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, IgnoreReadOnlyProperties = true, Converters = { new JsonStringEnumConverter() } };

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
        else if (FirstDifference(Read(path), settings, Defaults()) is { } name)
            throw new UserErrorException($"the run in {folder} was started with another '{name}' (see {FileName} there); use the same task, settings and seed, or another folder with --out.");
    }

    /// <summary>The name of the first setting that differs, with its section; empty for the whole; null when none does.</summary>
    /// <param name="kept">What the folder holds.</param>
    /// <param name="asked">What is asked for.</param>
    /// <param name="defaults">What a setting was before there was a choice; null when there is none.</param>
    internal static string? FirstDifference(JsonNode? kept, JsonNode? asked, JsonNode? defaults)
    {
        if (asked is not JsonObject settings || kept is not JsonObject known)
            return JsonNode.DeepEquals(kept, asked) ? null : "";
        foreach (var (name, value) in settings)
        {
            var usual = (defaults as JsonObject)?[name];
            if (FirstDifference(known.ContainsKey(name) ? known[name] : usual, value, usual) is { } part)
                return part.Length == 0 ? name : $"{name}.{part}";
        }

        return null;
    }

    private static JsonObject Defaults() => new()
    {
        ["simulation"] = Node(new SimulationSettings()),
        ["planner"] = Node(new PlannerOptions()),
        ["model"] = Node(new ModelSettings()),
    };

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
