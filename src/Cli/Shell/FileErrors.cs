using System.Text.RegularExpressions;
using Robotics.Data.Storage;

namespace Robotics.Cli.Shell;

/// <summary>Turns file system errors into a sentence with the path and a remedy.</summary>
internal static partial class FileErrors
{
    /// <summary>The sentence, or null when the exception is not about a file.</summary>
    public static string? Sentence(Exception exception)
    {
        var path = PathIn(exception.Message);
        return exception switch
        {
            _ when StorageError.IsOutOfSpace(exception) =>
                $"the disk is full while writing {path}; free some space, or choose another folder with --out.",
            _ when StorageError.FailureOf(exception) is StorageFailure.ReadOnly =>
                $"{path} is on a file system that can only be read; choose another folder with --out.",
            FileNotFoundException e when e.Message.Contains("file or assembly", StringComparison.Ordinal) => null,
            FileNotFoundException => $"the file {path} does not exist; check the path.",
            DirectoryNotFoundException => $"the folder of {path} does not exist; check the path.",
            UnauthorizedAccessException => $"{path} cannot be opened: this user has no right to it, or it is a folder; change the rights "
                + "or choose another path.",
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
