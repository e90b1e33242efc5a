using System.Globalization;
using System.Text;
using Robotics.Core.Errors;

namespace Robotics.Data.Storage;

/// <summary>
/// Holds a run folder for one process: the kernel lets go of it when the process ends, however it ends. Dispose to release.
/// </summary>
public sealed class RunLock : IDisposable
{
    // EWOULDBLOCK, which a file held by another open of it answers with.
    private const int Held = 11;
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Locks the folder, and creates it when it does not exist.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The lock's file, for folders that are held for several purposes at once.</param>
    /// <exception cref="UserErrorException">Another process holds it, or it cannot be written.</exception>
    public static RunLock Take(string folder, string name = "run.lock")
    {
        StorageError.Guard(folder, "write", () => Directory.CreateDirectory(folder));
        var path = Path.Combine(folder, name);
        return StorageError.Guard(path, "write", () =>
        {
            var file = Open(path, folder);
            try
            {
                file.SetLength(0);
                file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
                file.Flush();
                return new RunLock(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream Open(string path, string folder)
    {
        try
        {
            // Without a buffer: what is left in one would be tried again while the file is closed.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0);
        }
        catch (IOException e) when ((e.HResult & 0xffff) == Held)
        {
            throw new UserErrorException(
                $"The run folder '{folder}' is in use by another process; wait until it ends or choose another folder.", e);
        }
    }
}
