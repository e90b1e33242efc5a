using System.Text;
using System.Text.Json;
using Robotics.Core.Errors;

namespace Robotics.Data.Safetensors;

/// <summary>
/// Reads a header and believes nothing in it: every rule of the format is checked before a byte of the buffer is touched
/// (huggingface/safetensors, README "Format" and tensor.rs). Pure; for set-up.
/// </summary>
internal static class SafetensorsHeader
{
    public const long MaximumBytes = 100_000_000;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public sealed record Entry(string Name, TensorElement Element, long[] Shape, long Begin, long End);

    public static (Dictionary<string, string> Metadata, List<Entry> Entries) Parse(
        string source, ReadOnlyMemory<byte> json, long bufferBytes)
    {
        if (json.IsEmpty || json.Span[0] != (byte)'{')
            throw Refuse(source, "its header does not start with '{'");
        try
        {
            StrictUtf8.GetCharCount(json.Span);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var entries = new List<Entry>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                    ReadMetadata(source, property.Value, metadata);
                else
                    entries.Add(ReadEntry(source, property.Name, property.Value));
            }

            CheckCoverage(source, entries, bufferBytes);
            return (metadata, entries);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Refuse(source, "its header is not valid JSON with unique keys", e);
        }
    }

    public static UserErrorException Refuse(string source, string what, Exception? inner = null) =>
        new($"'{source}' is not a whole safetensors file: {what}; restore it from a copy or write it again.", inner);

    private static void ReadMetadata(string source, JsonElement value, Dictionary<string, string> into)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Refuse(source, "its '__metadata__' is not an object");
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Refuse(source, $"its metadata '{Shorten(property.Name)}' is not a string");
            into.Add(property.Name, property.Value.GetString()!);
        }
    }

    private static Entry ReadEntry(string source, string name, JsonElement value)
    {
        var label = Shorten(name);
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() != 3
            || !value.TryGetProperty("dtype", out var type) || !value.TryGetProperty("shape", out var shape)
            || !value.TryGetProperty("data_offsets", out var offsets))
            throw Refuse(source, $"array '{label}' must have exactly dtype, shape and data_offsets");
        if (type.ValueKind != JsonValueKind.String || !TensorElements.TryParse(type.GetString()!, out var element))
            throw Refuse(source, $"array '{label}' has an unknown dtype");
        if (!TryReadSizes(shape, out var sizes))
            throw Refuse(source, $"array '{label}' has a shape that is not a list of whole numbers");
        if (!TryReadSizes(offsets, out var range) || range.Length != 2)
            throw Refuse(source, $"array '{label}' has data_offsets that are not two whole numbers");
        var bytes = TensorData.ByteCount(element, sizes);
        if (range[1] < range[0] || bytes != range[1] - range[0])
            throw Refuse(source, $"array '{label}' has a shape that does not fill its data_offsets");
        return new Entry(name, element, sizes, range[0], range[1]);
    }

    private static bool TryReadSizes(JsonElement value, out long[] sizes)
    {
        sizes = [];
        if (value.ValueKind != JsonValueKind.Array)
            return false;
        sizes = new long[value.GetArrayLength()];
        for (var i = 0; i < sizes.Length; i++)
        {
            if (value[i].ValueKind != JsonValueKind.Number || !value[i].TryGetInt64(out sizes[i]) || sizes[i] < 0)
                return false;
        }

        return true;
    }

    private static void CheckCoverage(string source, List<Entry> entries, long bufferBytes)
    {
        // Empty arrays may share an offset with their neighbour: among equals the one that ends first comes first.
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var reached = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != reached)
                throw Refuse(source, $"array '{Shorten(entry.Name)}' overlaps another or leaves a hole");
            reached = entry.End;
        }

        if (reached > bufferBytes)
            throw Refuse(source, "it was cut off before the end of its data");
        if (reached < bufferBytes)
            throw Refuse(source, "it has bytes after the end of its data");
    }

    private static string Shorten(string name) => name.Length <= 80 ? name : name[..80] + "…";
}
