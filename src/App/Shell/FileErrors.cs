using System.Text.RegularExpressions;

namespace Robotics.App.Shell;

/// <summary>Turns what the system says about files into a sentence with the path and a way out.</summary>
internal static partial class FileErrors
{
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;

    /// <summary>Whether the disk or the user's share of it is full.</summary>
    public static bool IsDiskFull(Exception exception) =>
        exception is IOException && (exception.HResult & 0xffff) is NoSpace or QuotaExceeded;

    /// <summary>Whether the file system can only be read.</summary>
    public static bool IsReadOnly(Exception exception) => exception is IOException && (exception.HResult & 0xffff) == ReadOnlyFileSystem;

    /// <summary>The sentence, or null when the exception is not about a file.</summary>
    public static string? Sentence(Exception exception)
    {
        var path = PathIn(exception.Message);
        return exception switch
        {
            _ when IsDiskFull(exception) => $"the disk is full while writing {path}; free some space, or choose another folder with --out.",
            _ when IsReadOnly(exception) => $"{path} is on a file system that can only be read; choose another folder with --out.",
            FileNotFoundException e when e.Message.Contains("file or assembly", StringComparison.Ordinal) => null,
            FileNotFoundException => $"the file {path} does not exist; check the path.",
            DirectoryNotFoundException => $"the folder of {path} does not exist; check the path.",
            UnauthorizedAccessException => $"{path} cannot be opened: this user has no right to it, or it is a folder; change the rights or choose another path.",
            FileLoadException => null,
            IOException => $"reading or writing failed: {exception.Message.TrimEnd('.')}; check the disk and the path.",
            _ => null,
        };
    }

    private static string PathIn(string message) =>
        Quoted().Matches(message) is { Count: > 0 } found ? found[^1].Groups[1].Value : "a file";

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
