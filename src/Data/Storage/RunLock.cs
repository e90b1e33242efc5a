using System.Globalization;
using System.Text;
using Robotics.Core;

namespace Robotics.Data;

/// <summary>
/// Holds a run folder for one process: the kernel lets go of it when the process ends, however it ends. Dispose to release.
/// </summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the folder, and makes it if it is not there.</summary>
    /// <exception cref="UserErrorException">Another process holds it, or it cannot be written.</exception>
    public static RunLock Take(string folder)
    {
        StorageError.Guard(folder, "write", () => Directory.CreateDirectory(folder));
        var path = Path.Combine(folder, "run.lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Flush();
            return new RunLock(file);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new UserErrorException($"The run folder '{folder}' is in use by another process; wait until it ends or choose another folder.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserErrorException($"Cannot write '{path}': no permission; change its owner or choose another folder.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
