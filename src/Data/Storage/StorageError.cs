using Robotics.Core;

namespace Robotics.Data;

/// <summary>Turns what a disk does to us into one sentence with the path and what to do.</summary>
public static class StorageError
{
    private const int NoSpace = 28;
    private const int ReadOnlyDisk = 30;
    private const int QuotaExceeded = 122;

    /// <summary>Runs a disk operation and translates its failure.</summary>
    /// <typeparam name="T">The operation's result.</typeparam>
    /// <param name="path">What it works on.</param>
    /// <param name="verb">What it does: <c>read</c> or <c>write</c>.</param>
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
    /// <param name="path">What it works on.</param>
    /// <param name="verb">What it does: <c>read</c> or <c>write</c>.</param>
    /// <param name="operation">The operation.</param>
    /// <exception cref="UserErrorException">It failed.</exception>
    public static void Guard(string path, string verb, Action operation) => Guard(path, verb, () =>
    {
        operation();
        return true;
    });

    private static UserErrorException Translate(string path, string verb, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => new($"Cannot {verb} '{path}': it does not exist; check the path.", e),
        UnauthorizedAccessException => new($"Cannot {verb} '{path}': no permission; change its owner or choose another folder.", e),
        _ => (e.HResult & 0xFFFF) switch
        {
            NoSpace => new($"Cannot {verb} '{path}': the disk is full; free some space and run the same command again.", e),
            QuotaExceeded => new($"Cannot {verb} '{path}': the disk quota is used up; free some space and run the same command again.", e),
            ReadOnlyDisk => new($"Cannot {verb} '{path}': the file system is read-only; choose another folder.", e),
            _ => new($"Cannot {verb} '{path}': {e.Message.TrimEnd('.')}; check the disk and try again.", e),
        },
    };
}
