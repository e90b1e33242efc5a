namespace Robotics.Configuration.Files;

/// <summary>Finds the checkout that this program was built from, for its configuration files and default folders.</summary>
public static class RepositoryFolder
{
    /// <summary>The checkout: what the script <c>robot</c> exports, the nearest folder with the solution, or the current folder.</summary>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("ROBOT_HOME") is { Length: > 0 } home && Directory.Exists(home))
            return home;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Robotics.sln")))
                return folder.FullName;
        }

        return Environment.CurrentDirectory;
    }
}
