using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Robotics.Core.Time;

namespace Robotics.Reporting.Output;

/// <summary>
/// Output of a command. Text for people goes to standard output, or with <c>--json</c> to standard error;
/// with <c>--json</c> the last line of standard output is <see cref="Result"/>. Lines and notes may come from any thread, the
/// rest from one.
/// </summary>
public sealed class CommandOutput(Terminal terminal, IClock clock, bool json, bool quiet)
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LiveScreen _screen = new(quiet ? null : terminal.Screen);
    private readonly List<string> _warnings = [];

    /// <summary>True when the result is wanted as JSON.</summary>
    public bool IsJson => json;

    /// <summary>
    /// The command's result; commands fill it by <see cref="Add{T}"/>. The key <c>ok</c> is added when the command does not set it.
    /// </summary>
    public JsonObject Result { get; } = [];

    /// <summary>Columns that a line for people may take.</summary>
    public int Width => terminal.Width;

    /// <summary>The command that takes this one up again where it was stopped; null when there is nothing to take up.</summary>
    public string? GoesOnWith { get; set; }

    /// <summary>One line of text for people.</summary>
    public void Line(string text = "")
    {
        if (!quiet)
            _screen.WriteLine(json ? terminal.Error : terminal.Out, text);
    }

    /// <summary>A remark that is not part of the result: a warning, or where something was written.</summary>
    public void Note(string text)
    {
        if (!quiet)
            _screen.WriteLine(terminal.Error, text);
    }

    /// <summary>Warnings of the command, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Keeps what went wrong without ending the command: for the last lines, and for the result under <c>warnings</c>.</summary>
    public void Warn(string sentence)
    {
        if (!_warnings.Contains(sentence))
            _warnings.Add(sentence);
    }

    /// <summary>Starts a progress bar of <paramref name="total"/> steps on standard error, below those that are there.</summary>
    public ProgressBar StartProgress(string title, long total) => new(_screen, clock, title, total);

    /// <summary>Puts the properties of a record into <see cref="Result"/>, as <see cref="ResultJson"/> writes them.</summary>
    public void Add<T>(T record)
        where T : notnull
    {
        foreach (var (key, value) in ResultJson.From(record))
            Result[key] = value?.DeepClone();
    }

    /// <summary>Writes the error's sentence, and with <c>--json</c> puts it into the result.</summary>
    public void Error(string sentence)
    {
        _screen.WriteLine(terminal.Error, $"error: {sentence}");
        Result["ok"] = false;
        Result["error"] = sentence;
    }

    /// <summary>Writes the result line if one is wanted. Called once, at the end.</summary>
    public void Complete(int exitCode)
    {
        foreach (var warning in _warnings)
            Note($"warning: {warning}");
        terminal.Error.Flush();
        if (json)
        {
            if (_warnings.Count > 0)
                Result["warnings"] = new JsonArray([.. _warnings.Select(w => JsonValue.Create(w))]);
            if (!Result.ContainsKey("ok"))
                Result.Insert(0, "ok", exitCode == 0);
            terminal.Out.WriteLine(ToLine(Result));
        }

        terminal.Out.Flush();
    }

    private static string ToLine(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, OneLine))
            node.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
