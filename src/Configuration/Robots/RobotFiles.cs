using Robotics.Configuration.Files;
using Robotics.Core.Errors;

namespace Robotics.Configuration.Robots;

/// <summary>Finds a robot's file: a path, or the name of a robot in <c>config/robots</c>.</summary>
public static class RobotFiles
{
    /// <summary>Folder of the robots that are shipped.</summary>
    public static string Folder => Path.Combine(RepositoryFolder.Find(), "config", "robots");

    /// <summary>Paths of the robots that are shipped.</summary>
    public static IReadOnlyList<string> Shipped =>
        Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)] : [];

    /// <summary>The file that <paramref name="robot"/> means.</summary>
    /// <exception cref="UserErrorException">There is none; the message lists the robots that there are.</exception>
    public static string Find(string robot)
    {
        if (File.Exists(robot))
            return Path.GetFullPath(robot);
        var path = Path.Combine(Folder, robot + ".yaml");
        if (File.Exists(path))
            return path;
        var known = string.Join(", ", Shipped.Select(Path.GetFileNameWithoutExtension));
        throw new UserErrorException(
            $"there is no robot '{robot}': give the path of a robot's YAML file, or one of these names: "
            + $"{(known.Length == 0 ? "none" : known)}.");
    }
}
