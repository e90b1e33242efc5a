using System.Text;
using Robotics.Core.Errors;

namespace Robotics.Data.Storage;

/// <summary>
/// Writes whole files or none: into a temporary file in the target's folder, forced to the disk, then renamed over it. Two
/// writers of the same path at once are not provided for.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The target; its folder is made.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="UserErrorException">The disk is full or the place is not writable; the old file is unchanged.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        var temporary = full + ".writing";
        StorageError.Guard(path, "write", () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            try
            {
                using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, full, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            DiskSync.Folder(Path.GetDirectoryName(full)!);
        });
    }

    /// <summary>Writes a text file in UTF-8.</summary>
    /// <exception cref="UserErrorException">The disk is full or the place is not writable.</exception>
    public static void WriteText(string path, string text) => Write(path, s => s.Write(Encoding.UTF8.GetBytes(text)));
}
