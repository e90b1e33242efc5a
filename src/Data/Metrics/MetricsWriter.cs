using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Data.Storage;

namespace Robotics.Data.Metrics;

/// <summary>
/// Writes metrics twice, line by line and handed to the system at once: everything as JSON lines (<c>name.jsonl</c>) and fixed
/// columns as CSV (<c>name.csv</c>). Not thread-safe; not for the tick path.
/// </summary>
public sealed class MetricsWriter : IDisposable
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _jsonPath;
    private readonly string _csvPath;
    private readonly IReadOnlyList<string> _columns;
    private readonly FileStream _json;
    private readonly FileStream _csv;

    /// <summary>Opens both files, keeps what is there up to a trial and goes on after it.</summary>
    /// <param name="folder">Folder of the file.</param>
    /// <param name="name">Their name without extension.</param>
    /// <param name="columns">The columns of the CSV, the first being <c>trial</c>.</param>
    /// <param name="lastTrial">The last trial whose lines stay: later ones, and a torn last line, are cut off. −1 starts anew.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public MetricsWriter(string folder, string name, IReadOnlyList<string> columns, int lastTrial = -1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns[0], "trial", nameof(columns));
        _columns = columns;
        _jsonPath = Path.Combine(folder, name + ".jsonl");
        _csvPath = Path.Combine(folder, name + ".csv");
        var header = string.Join(',', columns);
        AtomicFile.WriteText(_jsonPath, Join(WholeLines(_jsonPath).Where(l => TrialOfJson(l) <= lastTrial)));
        AtomicFile.WriteText(_csvPath, Join(WholeLines(_csvPath).Where(l => TrialOfCsv(l) <= lastTrial).Prepend(header)));
        _json = Open(_jsonPath);
        _csv = Open(_csvPath);
    }

    /// <summary>Writes a row to both files.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Append(MetricsRow row)
    {
        StorageError.Guard(_jsonPath, "write", () => _json.Write(ToJson(row)));
        StorageError.Guard(_csvPath, "write", () => _csv.Write(Encoding.UTF8.GetBytes(ToCsv(row) + "\n")));
    }

    /// <summary>The whole lines of a JSON lines file, without a torn last one; none when there is no file.</summary>
    public static IEnumerable<string> WholeLines(string path)
    {
        if (!File.Exists(path))
            return [];
        var text = StorageError.Guard(path, "read", () => File.ReadAllText(path));
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _csv.Dispose();
    }

    private static FileStream Open(string path) =>
        StorageError.Guard(path, "write", () => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, 0));

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(l => l + "\n"));

    private static int TrialOfJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return (int)document.RootElement.GetProperty("trial").GetDouble();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A damaged line belongs to no trial, so it goes.
            return int.MaxValue;
        }
    }

    private static int TrialOfCsv(string line) =>
        int.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var trial) ? trial : int.MaxValue;

    private static byte[] ToJson(MetricsRow row)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, JsonOptions))
        {
            json.WriteStartObject();
            foreach (var (name, value) in row.Values)
            {
                if (value is string text)
                    json.WriteString(name, text);
                else if (double.IsFinite((double)value))
                    json.WriteNumber(name, (double)value);
                else
                    json.WriteNull(name);
            }

            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private string ToCsv(MetricsRow row)
    {
        var values = row.Values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
        return string.Join(',', _columns.Select(c => values.TryGetValue(c, out var value) ? Cell(value) : ""));
    }

    private static string Cell(object value) => value switch
    {
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        string text when text.AsSpan().IndexOfAny(",\"\n\r") >= 0 => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        string text => text,
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };
}
