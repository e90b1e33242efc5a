namespace Robotics.Cli.Shell;

/// <summary>Remedies for missing system packages. The package names are in the script <c>robot</c>.</summary>
internal static class Remedy
{
    /// <summary>Instruction to install everything that the program needs.</summary>
    public static string Install =>
        Environment.GetEnvironmentVariable("ROBOT_APT_LINE") is { Length: > 0 } line
            ? $"as root run: {line}"
            : "on Debian 12 or 13 call ./robot doctor, which installs it; elsewhere install it by hand";
}
