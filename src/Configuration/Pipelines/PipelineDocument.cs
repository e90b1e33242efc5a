using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Pipelines;

/// <summary>
/// A pipeline as it stands in its file: which task and robot, what the estimator is fed from, which checkpoint, model, planner and
/// prior, at which rates and within which limits. Whether the parts fit each other is checked by the code that combines them, at the
/// places that are kept here. Immutable; thread-safe; for set-up.
/// </summary>
public sealed class PipelineDocument
{
    /// <summary>The version of the file format that is understood.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The keys of a pipeline.</summary>
    public static readonly IReadOnlyList<string> Keys = [
        "schema", "name", "task", "streams", "estimator", "model", "planner", "prior", "rates", "limits"];

    private const double DefaultCameraAgeMilliseconds = 500;
    private const string KalmanKind = "kalman";
    internal static readonly string[] LaidOverTheTask = ["planner", "limits"];

    private PipelineDocument(YamlMapping root, string file)
    {
        var errors = new ErrorList();
        var section = SectionReader.Open(root, errors, [.. Keys])!;
        FilePath = file;
        CheckSchema(root, errors);
        Name = Text(section, "name", errors).Value;
        Task = Text(section, "task", errors);
        Streams = ReadStreams(section, errors);
        (Checkpoint, Kalman) = ReadEstimator(section, errors);
        Model = ReadKind(section, "model", "rssm", root, errors, "kind", "value", "checkpoint");
        ModelCheckpoint = (section.Find("model") as YamlMapping)?.Find("checkpoint")?.Value is { } path ? ReadPath(path, errors) : null;
        ModelValue = (section.Find("model") as YamlMapping)?.Find("value")?.Value is { } value && ReadTruth(value, errors);
        Prior = ReadKind(section, "prior", "none", root, errors, "kind");
        (ControlRateHz, ServoRateHz) = ReadRates(section, errors);
        Overlay = new YamlMapping(root.Location, [.. root.Entries.Where(e => LaidOverTheTask.Contains(e.Key.Text))]);
        errors.ThrowIfAny();
    }

    /// <summary>The pipeline's name.</summary>
    public string Name { get; }

    /// <summary>The file, as the user named it.</summary>
    public string FilePath { get; }

    /// <summary>The task: a name in <c>config/tasks</c>, or a path relative to the pipeline's file.</summary>
    public Located<string> Task { get; }

    /// <summary>Inputs of the estimator's modalities.</summary>
    public IReadOnlyList<PipelineStream> Streams { get; }

    /// <summary>The folder of a learned estimator's checkpoint: a full path. Without a value when <see cref="Kalman"/> is given.</summary>
    public Located<string> Checkpoint { get; }

    /// <summary>The Kalman filter, in place of a learned estimator; or null.</summary>
    public Located<KalmanOptions>? Kalman { get; }

    /// <summary>Model to plan with. Default: <c>rssm</c>.</summary>
    public Located<string> Model { get; }

    /// <summary>The folder of the model's own checkpoint: a full path; null when there is none.</summary>
    public Located<string>? ModelCheckpoint { get; }

    /// <summary>True when rollouts end with a learned value. Default: false.</summary>
    public bool ModelValue { get; }

    /// <summary>Source of the planner's action proposals. Default: <c>none</c>.</summary>
    public Located<string> Prior { get; }

    /// <summary>Decisions a second.</summary>
    public Located<double> ControlRateHz { get; }

    /// <summary>Commands a second against the wall clock. Default: 200.</summary>
    public Located<double> ServoRateHz { get; }

    /// <summary>The sections that are laid over the task's: <c>planner</c> and <c>limits</c>, as far as they are given.</summary>
    public YamlMapping Overlay { get; }

    /// <summary>Reads a pipeline.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or something in it is wrong: one line for each error.</exception>
    public static PipelineDocument Load(string path) => new(YamlReader.ReadFile(path), path);

    /// <summary>Reads a pipeline from text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">The file's name: for messages, and for the folder that paths are relative to.</param>
    /// <exception cref="UserErrorException">Something in it is wrong: one line for each error.</exception>
    public static PipelineDocument FromText(string text, string file) => new(YamlReader.ReadText(text, file), file);

    private static void CheckSchema(YamlMapping root, ErrorList errors)
    {
        var version = root.Find("schema")?.Value;
        if (version is null)
            errors.Add(root, $"the key 'schema' is missing; this version reads 'schema: {SchemaVersion}'");
        else if (!ScalarConversion.TryNumber(version, out var number) || number != SchemaVersion)
            errors.Add(version, $"this version reads 'schema: {SchemaVersion}', not {version.Description}");
    }

    private static Located<string> Text(SectionReader section, string key, ErrorList errors) =>
        section.Require(key) is { } node ? new Located<string>(ScalarConversion.Text(node, errors) ?? "", node.Location) : default;

    private static List<PipelineStream> ReadStreams(SectionReader section, ErrorList errors)
    {
        var streams = new List<PipelineStream>();
        if (section.Require("streams") is not { } node)
            return streams;
        if (node is not YamlMapping mapping || mapping.Entries.Count == 0)
        {
            errors.Add(node, $"expected a mapping of the estimator's modalities to what feeds them, found {node.Description}");
            return streams;
        }

        foreach (var entry in mapping.Entries)
        {
            if (SectionReader.Open(entry.Value, errors, "terms", "camera", "most_age_ms") is not { } stream)
                continue;
            Located<string>[] terms = [
                .. stream.Items("terms").Select(t => new Located<string>(ScalarConversion.Text(t, errors) ?? "", t.Location))];
            Located<string>? camera = stream.Find("camera") is { } c
                ? new Located<string>(ScalarConversion.Text(c, errors) ?? "", c.Location)
                : null;
            if (terms.Length > 0 == camera is not null)
                errors.Add(entry.Value, "give either 'terms', a list of observed terms, or 'camera', a camera of the task");
            var age = stream.Number("most_age_ms", 1, 60_000) ?? (camera is null ? double.PositiveInfinity : DefaultCameraAgeMilliseconds);
            streams.Add(new PipelineStream(new Located<string>(entry.Key.Text, entry.Key.Location), terms, camera, age * 1e-3));
        }

        return streams;
    }

    private (Located<string> Checkpoint, Located<KalmanOptions>? Kalman) ReadEstimator(SectionReader section, ErrorList errors)
    {
        if (section.Require("estimator") is not { } node)
            return default;
        if (node is YamlMapping mapping && mapping.Find("kind") is { } kind)
        {
            if (ScalarConversion.Text(kind.Value, errors) is { } text && text != KalmanKind)
                errors.Add(
                    kind.Value,
                    $"unknown estimator '{text}'; known: {KalmanKind}; leave 'kind' out for a learned one, given by 'checkpoint'");
            var options = new YamlMapping(mapping.Location, [.. mapping.Entries.Where(e => e != kind)]);
            return OptionsBinder.Bind(typeof(KalmanOptions), options, errors) is KalmanOptions kalman
                ? (default, new Located<KalmanOptions>(kalman, kind.Value.Location))
                : default;
        }

        if (SectionReader.Open(node, errors, "checkpoint") is not { } estimator || estimator.Require("checkpoint") is not { } path)
            return default;
        return (ReadPath(path, errors), null);
    }

    private Located<string> ReadPath(YamlNode node, ErrorList errors)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(FilePath)) ?? "";
        return ScalarConversion.Text(node, errors) is { } path
            ? new Located<string>(Path.GetFullPath(Path.Combine(folder, path)), node.Location)
            : default;
    }

    private static bool ReadTruth(YamlNode node, ErrorList errors)
    {
        var text = ScalarConversion.Text(node, errors);
        if (text is not (null or "true" or "false"))
            errors.Add(node, $"expected true or false, found {node.Description}");
        return text == "true";
    }

    private static Located<string> ReadKind(
        SectionReader section, string key, string standard, YamlMapping root, ErrorList errors, params string[] keys)
    {
        if (section.Find(key) is not { } node)
            return new Located<string>(standard, root.Location);
        if (SectionReader.Open(node, errors, keys) is not { } inner || inner.Require("kind") is not { } kind)
            return default;
        return new Located<string>(ScalarConversion.Text(kind, errors) ?? "", kind.Location);
    }

    private static (Located<double> Control, Located<double> Servo) ReadRates(SectionReader section, ErrorList errors)
    {
        if (section.Require("rates") is not { } node || SectionReader.Open(node, errors, "control_hz", "servo_hz") is not { } rates)
            return default;
        var control = new Located<double>(rates.RequireNumber("control_hz", 0.1, 1000) ?? 0, (rates.Find("control_hz") ?? node).Location);
        var servo = new Located<double>(rates.Number("servo_hz", 1, 5000) ?? 200, (rates.Find("servo_hz") ?? node).Location);
        if (control.Value > servo.Value)
            errors.Add(
                servo.At, $"the servo's {servo.Value} Hz are below the {control.Value} Hz of control; give 'servo_hz' at least as much");
        return (control, servo);
    }
}
