using Robotics.Configuration.Binding;
using Robotics.Configuration.Renames;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Core.Models;

namespace Robotics.Configuration.Tasks;

/// <summary>
/// A task as it stands in its file. Two steps: load it to learn which MJCF file it needs, then resolve it against that model.
/// Immutable; thread-safe; for set-up.
/// </summary>
public sealed class TaskDocument
{
    /// <summary>The version of the file format that is understood.</summary>
    public const int SchemaVersion = 1;

    private const string External = "external";
    private const string Discard = "discard";

    internal static readonly string[] Keys =
    [
        "schema", "name", "mjcf", "privileged", "control_rate_hz", "physics_steps_per_control", "action_repeat", "horizon_steps",
        "action", "observation", "define", "reward", "termination", "success", "success_hold_seconds", "diverged", "reset",
        "limits", "simulation", "estimator", "latent", "planner", "model", "training", "published",
    ];

    internal static readonly string[] OverlayKeys =
        ["schema", "limits", "simulation", "estimator", "latent", "planner", "model", "training"];

    private readonly YamlMapping _root;
    private readonly ErrorList _found = new();
    private readonly List<OldKeyUse> _oldKeys = [];

    private TaskDocument(
        YamlMapping root, IReadOnlyList<YamlMapping> overlays, string file, string? mjcf, IReadOnlyDictionary<string, Type>? sections)
    {
        _root = RenamedKeys.Apply(root, RenamedKeys.Tasks, _oldKeys, _found);
        foreach (var overlay in overlays)
        {
            SectionReader.Open(overlay, _found, OverlayKeys);
            _root = _root.Overlay(RenamedKeys.Apply(overlay, RenamedKeys.Tasks, _oldKeys, _found));
        }

        _root = FormerLatentChoice.Apply(_root, _oldKeys);
        FilePath = file;
        string[] known = [.. Keys, .. overlays.SelectMany(o => o.Entries.Select(e => e.Key.Text))];
        var section = SectionReader.Open(_root, _found, known)!;
        var isOurVersion = CheckSchema(_root, _found);
        Name = ReadName(section, _found);
        ModelPath = mjcf ?? FindModel(section, file, _found);
        foreach (var (key, type) in sections ?? new Dictionary<string, Type>())
        {
            if (section.Find(key) is { } node)
                OptionsBinder.Bind(type, node, _found);
        }

        // All other errors can be found only with the model.
        if (!isOurVersion || ModelPath.Length == 0)
            _found.ThrowIfAny();
    }

    /// <summary>The task's name.</summary>
    public string Name { get; }

    /// <summary>The file, as the user named it.</summary>
    public string FilePath { get; }

    /// <summary>The MJCF file that the task runs in.</summary>
    public string ModelPath { get; }

    /// <summary>Reads a task.</summary>
    /// <param name="path">The task's YAML file.</param>
    /// <param name="overlayPath">
    /// A YAML file whose sections (<c>estimator</c>, <c>latent</c>, <c>planner</c>, <c>model</c>, <c>training</c>, <c>limits</c>,
    /// <c>simulation</c>) are laid over
    /// the task's, key by key; or null.
    /// </param>
    /// <param name="mjcfPath">The MJCF file to use in place of the one that the task names; or null.</param>
    /// <param name="sections">
    /// The options to which others bind the sections <c>planner</c>, <c>model</c> and <c>training</c>: then what is wrong there
    /// is reported together with the other errors.
    /// </param>
    /// <param name="first">Sections that are laid over the task's before those of <paramref name="overlayPath"/>, for instance a
    /// pipeline's; or null.</param>
    /// <exception cref="UserErrorException">A file cannot be read, or does not lead to a model. What else is wrong,
    /// <see cref="Resolve"/> states.</exception>
    public static TaskDocument Load(
        string path, string? overlayPath = null, string? mjcfPath = null, IReadOnlyDictionary<string, Type>? sections = null,
        YamlMapping? first = null) =>
        new(
            YamlReader.ReadFile(path),
            [
                .. first is null ? Array.Empty<YamlMapping>() : [first],
                .. overlayPath is null ? Array.Empty<YamlMapping>() : [YamlReader.ReadFile(overlayPath)]],
            path, mjcfPath, sections);

    /// <summary>Reads a task from text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">The file's name: for messages, and for the folder that the MJCF file's name is relative to.</param>
    /// <param name="overlay">The text of an overlay; or null.</param>
    /// <param name="mjcfPath">The MJCF file to use in place of the one that the task names; or null.</param>
    /// <param name="sections">As for <see cref="Load"/>.</param>
    /// <exception cref="UserErrorException">The text is no YAML, or does not lead to a model. What else is wrong,
    /// <see cref="Resolve"/> states.</exception>
    public static TaskDocument FromText(
        string text, string file, string? overlay = null, string? mjcfPath = null, IReadOnlyDictionary<string, Type>? sections = null) =>
        new(YamlReader.ReadText(text, file), overlay is null ? [] : [YamlReader.ReadText(overlay, "overlay")], file, mjcfPath, sections);

    /// <summary>Checks the task against the robot's model.</summary>
    /// <exception cref="ConfigurationException">All that is wrong, one line per error.</exception>
    public TaskDefinition Resolve(IModelCatalog catalog)
    {
        var errors = new ErrorList(_found);
        var section = SectionReader.Over(_root, errors);
        var privileged = section.Truth("privileged") ?? false;
        List<string> warnings = [.. _oldKeys.Select(k => k.Warning)];
        var (rate, steps) = TaskRates.Resolve(section, catalog.TimestepSeconds, errors, warnings);
        var repeat = TaskRates.ResolveRepeat(section, steps, errors);
        var horizon = section.Require("horizon_steps") is null ? null : section.Integer("horizon_steps", 1);
        var before = errors.Count;
        var acting = new ActionResolver(catalog, errors, Path.GetExtension(ModelPath));
        var actions = section.Require("action") is { } a ? acting.Resolve(a) : null;
        var observing = new ObservationResolver(catalog, privileged, errors);
        var observations = section.Require("observation") is { } o ? observing.Resolve(o) : null;
        var namesAreKnown = errors.Count == before;
        var reset = new ResetResolver(catalog, observing.Terms, namesAreKnown, errors).Resolve(section.Find("reset"));
        var beforeCameras = errors.Count;
        var simulation = Simulation(section.Find("simulation"), catalog, errors);
        var camerasAreKnown = errors.Count == beforeCameras;
        var limits = new LimitsResolver(catalog, errors).Resolve(section.Find("limits"));
        var (estimator, latent, planner, model, training) = (
            Raw("estimator", errors), Raw("latent", errors), Raw("planner", errors), Raw("model", errors), Raw("training", errors));
        var published = section.Find("published") is { } p
            ? OptionsBinder.Bind(typeof(PublishedReturns), p, errors) as PublishedReturns
            : null;
        var hold = section.Number("success_hold_seconds", 0, 3600);
        var diverged = section.Find("diverged") is { } worth ? ReadDiverged(worth, errors) : null;
        if (observations is not null && camerasAreKnown)
            EstimatorInputs.Check(estimator, observations, simulation.Cameras, errors);

        // Without a sound action and observation many a name in an expression would be a further error.
        var programs = namesAreKnown ? TaskPrograms.Resolve(section, observing.Terms, actions!, errors) : null;
        errors.ThrowIfAny();
        warnings.AddRange(
        [
            .. TaskWarnings.FromRanges(catalog, actions!, limits)
                .Concat(TaskWarnings.FromStart(reset!))
                .Concat(TaskWarnings.FromReward(observations!, actions!, observing.Terms, programs!.Reward!))
                .Select(w => $"{FilePath}: {w}"),
        ]);
        return new TaskDefinition
        {
            Name = Name,
            FilePath = FilePath,
            ModelPath = ModelPath,
            ControlRateHz = rate,
            PhysicsStepsPerControl = steps,
            ActionRepeat = repeat,
            HorizonSteps = horizon!.Value,
            Privileged = privileged,
            Actions = actions!,
            Observations = observations!,
            Terms = [.. observing.Terms.Select(t => t.Term)],
            Reward = programs!.Reward!,
            Termination = programs.Termination,
            Success = programs.Success,
            SuccessHoldSeconds = hold ?? 0,
            DivergedReturn = diverged,
            Reset = reset!,
            Simulation = simulation,
            Limits = limits,
            EstimatorSection = estimator,
            LatentSection = latent,
            PlannerSection = planner,
            ModelSection = model,
            TrainingSection = training,
            Published = published,
            Warnings = warnings,
        };
    }

    /// <summary>False when the file is of another version: then its other errors mean nothing.</summary>
    private static bool CheckSchema(YamlMapping root, ErrorList errors)
    {
        var version = root.Find("schema")?.Value;
        if (version is null)
        {
            errors.Add(root, $"the key 'schema' is missing; this version reads 'schema: {SchemaVersion}'");
            return true;
        }

        if (ScalarConversion.TryNumber(version, out var number) && number == SchemaVersion)
            return true;
        errors.Add(version, $"this version reads 'schema: {SchemaVersion}', not {version.Description}");
        return false;
    }

    private static string ReadName(SectionReader section, ErrorList errors)
    {
        if (section.Require("name") is not { } node || ScalarConversion.Text(node, errors) is not { } name)
            return "";

        // The name becomes part of paths.
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            errors.Add(node, $"'{name}' is no task's name; a name has letters, digits, '-' and '_'");
        return name;
    }

    private static string FindModel(SectionReader section, string file, ErrorList errors)
    {
        if (section.Require("mjcf") is not { } node || ScalarConversion.Text(node, errors) is not { } mjcf)
            return "";
        if (mjcf == External)
        {
            errors.Add(node, "the MJCF file of this task comes from outside; name it with --mjcf FILE");
            return "";
        }

        var path = Path.Combine(Path.GetDirectoryName(file) ?? "", mjcf);
        if (!File.Exists(path))
            errors.Add(node, $"there is no MJCF file '{path}'; the path is relative to the task's file");
        return path;
    }

    private static SimulationSettings Simulation(YamlNode? node, IModelCatalog catalog, ErrorList errors)
    {
        if (node is null || OptionsBinder.Bind(typeof(SimulationSettings), node, errors) is not SimulationSettings settings)
            return new SimulationSettings();
        var cameras = ((node as YamlMapping)?.Find("cameras")?.Value as YamlSequence)?.Items ?? [];
        foreach (var name in cameras.OfType<YamlMapping>().Select(c => c.Find("name")?.Value).OfType<YamlScalar>())
            NameSelection.One(name, catalog.Cameras, "camera", errors);
        return settings;
    }

    private static double? ReadDiverged(YamlNode node, ErrorList errors)
    {
        if (node is YamlScalar { Text: Discard })
            return null;
        if (ScalarConversion.TryNumber(node, out var number) && double.IsFinite(number))
            return number;
        errors.Add(node, $"'diverged' is '{Discard}', or the return of an episode whose simulation diverges, not {node.Description}");
        return null;
    }

    private YamlMapping? Raw(string key, ErrorList errors)
    {
        var node = _root.Find(key)?.Value;
        if (node is not (null or YamlMapping))
            errors.Add(node, $"expected a mapping of keys to values, found {node.Description}");
        return node as YamlMapping;
    }
}
