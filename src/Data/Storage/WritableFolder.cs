using System.Globalization;
using Robotics.Core.Errors;

namespace Robotics.Data.Storage;

/// <summary>Checks that a folder exists and is writable, before hours of work depend on it.</summary>
public static class WritableFolder
{
    /// <summary>Creates the folder if need be, then writes and deletes a small file in it.</summary>
    /// <exception cref="UserErrorException">The folder cannot be made or written; the message names it.</exception>
    public static void Ensure(string path)
    {
        var probe = Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $".probe-{Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(path);
            File.WriteAllText(probe, "probe\n");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = StorageError.FailureOf(e) switch
            {
                StorageFailure.DiskFull or StorageFailure.QuotaExceeded => "the disk is full",
                StorageFailure.ReadOnly => "the file system can only be read",
                _ => "no right to write there, or a file is in the way",
            };
            throw new UserErrorException($"the folder {path} cannot be written ({reason}); choose another with --out.", e);
        }
    }
}
