namespace Robotics.Cli.Doctor;

/// <summary>Readers of Linux's system files; a missing file reads as empty.</summary>
internal static class SystemFiles
{
    /// <summary>The lines of a file, none when it is missing or may not be read.</summary>
    public static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The rest of the first line that starts with <paramref name="prefix"/>, without quotes, or null.</summary>
    public static string? After(string path, string prefix) =>
        Lines(path).FirstOrDefault(
            line => line.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..].Trim(' ', '\t', ':', '=', '"');

    /// <summary>Folders in which the loader finds libraries, the machine's own first.</summary>
    public static IEnumerable<string> LibraryFolders()
    {
        foreach (var parent in (string[])["/usr/lib", "/lib"])
        {
            foreach (var folder in Directory.Exists(parent) ? Directory.GetDirectories(parent, "*-linux-gnu*") : [])
                yield return folder;
        }

        yield return "/usr/local/lib";
        yield return "/usr/lib64";
        yield return "/usr/lib";
    }

    /// <summary>The first file that matches the pattern in one of the folders, or null.</summary>
    public static string? FindFile(IEnumerable<string> folders, string pattern) => folders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal))
        .FirstOrDefault();
}
