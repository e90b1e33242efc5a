namespace Robotics.Cli.Shell;

/// <summary>What to do when something of the system is missing. The package names live in the script <c>robot</c>.</summary>
internal static class Remedy
{
    /// <summary>How to install everything that the program needs.</summary>
    public static string Install =>
        Environment.GetEnvironmentVariable("ROBOT_APT_LINE") is { Length: > 0 } line
            ? $"as root run: {line}"
            : "on Debian 12 or 13 call ./robot doctor, which installs it; elsewhere install it by hand";
}
