using System.Globalization;
using Robotics.Core.Errors;

namespace Robotics.Data.Storage;

/// <summary>The first look of every reader: is this my format, and am I new enough for it? Thread-safe; for set-up.</summary>
public static class FormatVersion
{
    /// <summary>Checks the metadata <c>format</c> and <c>format_version</c> of a file.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="what">Expected kind of file, for the message: <c>an episode</c>.</param>
    /// <param name="format">The format's name.</param>
    /// <param name="newestKnown">The newest version that the reader understands; the first is 1.</param>
    /// <param name="metadata">The file's metadata.</param>
    /// <exception cref="UserErrorException">It is something else, or newer.</exception>
    public static void Check(string path, string what, string format, int newestKnown, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var values = metadata.ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
        if (!values.TryGetValue("format", out var found) || found != format)
            throw new UserErrorException(
                $"'{path}' is not {what}: its format is '{found ?? "none"}' where '{format}' was expected; check the path.");
        if (!values.TryGetValue("format_version", out var text)
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version < 1)
            throw new UserErrorException($"'{path}' does not state its format version; it was written by something else.");
        if (version > newestKnown)
            throw new UserErrorException(
                $"'{path}' has format version {version}, but this program reads up to {newestKnown}; update the program.");
    }
}
