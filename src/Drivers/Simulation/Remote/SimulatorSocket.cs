using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Robotics.Core.Errors;

namespace Robotics.Drivers.Simulation.Remote;

/// <summary>
/// The Unix socket between this process and its simulator's process, <c>robot-PID.sock</c> in the temporary folder; for set-up.
/// </summary>
public static class SimulatorSocket
{
    /// <summary>The longest path that the system takes for a Unix socket, characters.</summary>
    public const int MaximumLength = 100;

    private const string Prefix = "robot-";
    private const string Extension = ".sock";

    /// <summary>The socket's path for this process.</summary>
    /// <param name="folder">Folder of the socket; null for the system's temporary folder.</param>
    public static string PathOf(string? folder = null) => Path.Combine(
        folder ?? Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}{Extension}"));

    /// <summary>
    /// Makes sure that the simulator's process will be able to listen, before hours of work end with it, and removes sockets whose
    /// process was killed.
    /// </summary>
    /// <param name="folder">As for <see cref="PathOf"/>.</param>
    /// <returns>The socket's path; nothing is there yet.</returns>
    /// <exception cref="UserErrorException">The path is too long, or its folder cannot be written.</exception>
    public static string Prepare(string? folder = null)
    {
        var path = PathOf(folder);
        if (path.Length > MaximumLength)
        {
            throw new UserErrorException(
                $"{path}: the path of a Unix socket has at most {MaximumLength} characters; set TMPDIR to a shorter folder.");
        }

        try
        {
            RemoveAbandoned(Path.GetDirectoryName(path)!);
            File.Delete(path);
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            probe.Bind(new UnixDomainSocketEndPoint(path));
            File.Delete(path);
            return path;
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{path}: the simulator's process could not listen there ({error.Message}); "
                + "set TMPDIR to a folder that exists and can be written.",
                error);
        }
    }

    /// <summary>Removes the sockets of processes that are no more: a killed one leaves its file.</summary>
    private static void RemoveAbandoned(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, $"{Prefix}*{Extension}"))
        {
            var number = Path.GetFileNameWithoutExtension(file.AsSpan())[Prefix.Length..];
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var process) || IsRunning(process))
                continue;
            try
            {
                File.Delete(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another user's: it is theirs to remove, and not in our way.
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
