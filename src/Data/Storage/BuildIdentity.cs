using System.Reflection;

namespace Robotics.Data.Storage;

/// <summary>Identity of the build that writes files. Thread-safe.</summary>
public static class BuildIdentity
{
    /// <summary>The commit that this program was built from; <c>unknown</c> when it was built outside a checkout.</summary>
    public static string Commit { get; } = Read();

    private static string Read()
    {
        var version = typeof(BuildIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? "";
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? "unknown" : version[(plus + 1)..];
    }
}
