namespace Robotics.Cli.Doctor;

/// <summary>One line of the doctor's report.</summary>
/// <param name="Name">Short lower-case name.</param>
/// <param name="Ok">True when the check passed.</param>
/// <param name="Found">Description of what was found.</param>
/// <param name="Remedy">Remedy; empty when <paramref name="Ok"/>.</param>
/// <param name="Mandatory">True when the program cannot work without it.</param>
internal sealed record CheckResult(string Name, bool Ok, string Found, string Remedy, bool Mandatory)
{
    /// <summary>Something without which the program cannot work.</summary>
    public static CheckResult Required(string name, bool ok, string found, string remedy) =>
        new(name, ok, found, ok ? "" : remedy, Mandatory: true);

    /// <summary>Something that makes the program faster, steadier or more capable.</summary>
    public static CheckResult Advised(string name, bool ok, string found, string remedy) =>
        new(name, ok, found, ok ? "" : remedy, Mandatory: false);
}
