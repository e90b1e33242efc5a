using Robotics.Core.Errors;

namespace Robotics.Data.Storage;

/// <summary>Cause of a failed file operation, as far as the operating system reports it.</summary>
public enum StorageFailure
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>The file or its folder does not exist.</summary>
    NotFound,

    /// <summary>This user may not read or write it.</summary>
    NoPermission,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The user's disk quota is used up.</summary>
    QuotaExceeded,

    /// <summary>The file system is mounted read-only.</summary>
    ReadOnly,
}

/// <summary>Turns what a disk does to us into one sentence with the path and what to do.</summary>
public static class StorageError
{
    // errno on Linux, which .NET keeps in the lower half of HResult.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int DiskQuotaExceeded = 122;

    /// <summary>Cause of a failed file operation.</summary>
    public static StorageFailure FailureOf(Exception? exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => StorageFailure.NotFound,
        UnauthorizedAccessException => StorageFailure.NoPermission,
        IOException => (exception.HResult & 0xFFFF) switch
        {
            NoSpace => StorageFailure.DiskFull,
            DiskQuotaExceeded => StorageFailure.QuotaExceeded,
            ReadOnlyFileSystem => StorageFailure.ReadOnly,
            _ => StorageFailure.Other,
        },
        _ => StorageFailure.Other,
    };

    /// <summary>True when no space is left on the disk or in the user's quota.</summary>
    public static bool IsOutOfSpace(Exception? exception) =>
        FailureOf(exception) is StorageFailure.DiskFull or StorageFailure.QuotaExceeded;

    /// <summary>Runs a disk operation and translates its failure.</summary>
    /// <typeparam name="T">The operation's result.</typeparam>
    /// <param name="path">File or folder of the operation.</param>
    /// <param name="verb">Verb of the operation: <c>read</c> or <c>write</c>.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="UserErrorException">It failed.</exception>
    public static T Guard<T>(string path, string verb, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(path, verb, e);
        }
    }

    /// <summary>Runs a disk operation and translates its failure.</summary>
    /// <param name="path">File or folder of the operation.</param>
    /// <param name="verb">Verb of the operation: <c>read</c> or <c>write</c>.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="UserErrorException">It failed.</exception>
    public static void Guard(string path, string verb, Action operation) => Guard(path, verb, () =>
    {
        operation();
        return true;
    });

    private static UserErrorException Translate(string path, string verb, Exception e) => new(
        $"Cannot {verb} '{path}': " + FailureOf(e) switch
        {
            StorageFailure.NotFound => "it does not exist; check the path.",
            StorageFailure.NoPermission => "no permission; change its owner or choose another folder.",
            StorageFailure.DiskFull => "the disk is full; free some space and run the same command again.",
            StorageFailure.QuotaExceeded => "the disk quota is used up; free some space and run the same command again.",
            StorageFailure.ReadOnly => "the file system is read-only; choose another folder.",
            _ => $"{e.Message.TrimEnd('.')}; check the disk and try again.",
        },
        e);
}
