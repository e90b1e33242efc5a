using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Controller.Planning;
using Robotics.Core.Errors;
using Robotics.Core.Terms;
using Robotics.Data.Storage;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Inference.Formats;
using Robotics.Learning.Sessions;
using Robotics.Learning.Settings;
using Robotics.TorchExtras;
using Robotics.WorldModel.Latent;

namespace Robotics.Learning.Runs;

/// <summary>
/// Settings that a run's results depend on, stored in its folder as <c>settings.json</c>: a run resumes with the settings it was started
/// with or not at all. The amount of training (trials, episodes, gradient steps) is not among them, so that it can be increased. A
/// setting that the folder lacks, because it is newer than the run, counts as its default, and without one is recorded from now on; one
/// that this version no longer has is ignored.
/// </summary>
internal static class RunSettings
{
    private const string FileName = "settings.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters =
        {
            new JsonStringEnumConverter(),
            new TextConverter<VectorDistribution>(d => d.ToString()),
            new TextConverter<TermProgram>(p => p.Hash),
        },
    };

    /// <summary>Writes the settings into a new run's folder, or compares them with those of an existing run.</summary>
    /// <param name="settings">The current settings.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="UserErrorException">The run was started with other settings; the message names the first that differs.</exception>
    public static void Hold(JsonObject settings, string folder)
    {
        var path = Path.Combine(folder, FileName);
        var kept = File.Exists(path) ? Read(path) : [];
        if (kept.Count > 0)
            TorchVersion.Require(kept[TorchVersion.Key]?.ToString(), folder);
        var defaults = Defaults();
        var younger = settings.Where(s => !kept.ContainsKey(s.Key) && !defaults.ContainsKey(s.Key)).ToList();
        foreach (var (name, value) in younger)
            kept[name] = value?.DeepClone();
        if (kept.Count > younger.Count && FirstDifference(kept, settings, defaults) is { } found)
        {
            throw new UserErrorException(
                $"the run in {folder} was started with another '{found.Name}'{found.Describe()} (see {FileName} there); "
                + "use the same task, settings and seed, or another folder with --out.");
        }

        if (kept.Count > younger.Count)
            TorchVersion.Require(kept[TorchVersion.Key]?.ToString(), folder);
        if (younger.Count == 0)
            return;
        kept[TorchVersion.Key] = TorchProcess.Version;
        foreach (var (name, value) in settings.Where(s => !kept.ContainsKey(s.Key)))
            kept[name] = value?.DeepClone();
        AtomicFile.WriteText(path, kept.ToJsonString(Format) + "\n");
    }

    /// <summary>Settings that trials of <c>train</c> depend on.</summary>
    public static JsonObject FromLearning(LearningSession session, ulong seed) =>
        FromTask(session, seed).With("planner", session.Planner).With("model", session.Model);

    /// <summary>Settings that a trained estimator depends on.</summary>
    public static JsonObject FromEstimator(LearningSession session, ulong seed, EstimatorSettings settings, SequenceModelOptions sizes) =>
        FromTask(session, seed).With("estimator", WithoutAmounts(settings)).With("sizes", sizes);

    /// <summary>Settings that a controller depends on that plans in the belief.</summary>
    /// <param name="session">The task.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="settings">The section <c>estimator:</c>.</param>
    /// <param name="latent">The section <c>latent:</c>.</param>
    /// <param name="begunWith">The file of the initial estimator; null when the run trains its own.</param>
    public static JsonObject FromLatent(
        LearningSession session, ulong seed, EstimatorSettings settings, LatentOptions latent, string? begunWith)
    {
        var all = FromTask(session, seed)
            .With("planner", session.Planner)
            .With("estimator", WithoutAmounts(settings))
            .With("latent", FromLatent(latent));
        return begunWith is null ? all : all.With("begun_with", HashOf(begunWith));
    }

    /// <summary>The part of <c>latent:</c> that a controller depends on.</summary>
    internal static JsonObject FromLatent(LatentOptions latent) => LatentSettings.From(Serialise(latent).AsObject());

    /// <summary>The first setting that differs, by its name with its section; null when none does.</summary>
    /// <param name="kept">The stored settings.</param>
    /// <param name="asked">The current settings.</param>
    /// <param name="defaults">Values of settings before they existed; null for none.</param>
    internal static SettingsDifference? FirstDifference(JsonNode? kept, JsonNode? asked, JsonNode? defaults)
    {
        if (asked is not JsonObject settings || kept is not JsonObject known)
            return JsonNode.DeepEquals(kept, asked) ? null : new SettingsDifference("", kept, asked);
        foreach (var (name, value) in settings)
        {
            var usual = (defaults as JsonObject)?[name];
            if (FirstDifference(known.ContainsKey(name) ? known[name] : usual, value, usual) is { } part)
                return part with { Name = part.Name.Length == 0 ? name : $"{name}.{part.Name}" };
        }

        return null;
    }

    private static JsonObject Defaults() => new JsonObject()
        .With("simulation", new SimulationSettings())
        .With("planner", new PlannerOptions())
        .With("model", new ModelSettings());

    /// <summary>
    /// Settings that every run depends on: the robot with all its files, the task, the seed, and the numerical libraries.
    /// </summary>
    private static JsonObject FromTask(LearningSession session, ulong seed)
    {
        var task = session.Task;
        return new JsonObject()
            .With("task", task.Name)
            .With("seed", seed)
            .With("spaces, reward and rates", task.Hash)
            .With("horizon_steps", task.HorizonSteps)
            .With("success_hold_seconds", task.SuccessHoldSeconds)
            .With("mjcf", HashOf(task.ModelPath))
            .With("files", FilesOf(task.ModelPath))
            .With("reset", task.Reset)
            .With("limits", task.Limits)
            .With("simulation", task.Simulation)
            .With("libraries", new Dictionary<string, string> { ["mujoco"] = MujocoModel.VersionText });
    }

    private static SortedDictionary<string, string> FilesOf(string model)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        // The model's main file may be renamed; it is compared as 'mjcf'.
        return new(MujocoModel.FilesOf(model).Skip(1).ToDictionary(f => Path.GetRelativePath(folder, f), HashOf), StringComparer.Ordinal);
    }

    private static string HashOf(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static EstimatorSettings WithoutAmounts(EstimatorSettings settings)
    {
        var usual = new EstimatorSettings();
        return settings with { Updates = usual.Updates, Episodes = usual.Episodes, HeldOut = usual.HeldOut };
    }

    /// <summary>Adds a part; as text, so that numbers compare as they are written.</summary>
    private static JsonObject With<T>(this JsonObject settings, string name, T value)
    {
        settings[name] = Serialise(value);
        return settings;
    }

    private static JsonNode Serialise<T>(T value) => JsonNode.Parse(JsonSerializer.Serialize(value, Format))!;

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

    /// <summary>Writes types without properties as a text that is equal for equal values.</summary>
    private sealed class TextConverter<T>(Func<T, string> describe) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Settings are only written.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(describe(value));
    }
}

/// <summary>A setting that differs from the stored one. Immutable.</summary>
/// <param name="Name">Section and name, separated by a dot.</param>
/// <param name="Kept">Value when the run was started.</param>
/// <param name="Asked">Current value.</param>
internal sealed record SettingsDifference(string Name, JsonNode? Kept, JsonNode? Asked)
{
    private const int MaximumLength = 40;

    /// <summary>Both values as a text that begins with a comma; empty where they are long, such as hashes and lists.</summary>
    public string Describe()
    {
        var (kept, asked) = (Text(Kept), Text(Asked));
        var areShort = kept.Length <= MaximumLength && asked.Length <= MaximumLength;
        return areShort && Kept is not JsonObject && Asked is not JsonObject ? $", {kept} and not {asked}" : "";
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "none";
}
