namespace Robotics.Tests.Sim;

/// <summary>Model files for tests: the shipped ones, and short ones written for one test.</summary>
internal static class TestModels
{
    public static string Shipped(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Robotics.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie within the repository.");
        return Path.Combine(folder.FullName, "config", "models", name);
    }

    public static string Write(string mjcf, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "models");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{test}.xml");
        File.WriteAllText(path, mjcf);
        return path;
    }
}
