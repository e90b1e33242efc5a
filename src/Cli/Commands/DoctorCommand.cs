using System.CommandLine;
using Robotics.Cli.Doctor;
using Robotics.Cli.Shell;
using Robotics.Reporting.Output;

namespace Robotics.Cli.Commands;

/// <summary><c>robot doctor</c>: checks that this machine has what the program needs, and gives a remedy where it has not.</summary>
internal static class DoctorCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line) =>
        line.Create("doctor", "Check this machine: libraries, processor, timers, rights, graphics, disk.", RunAsync);

    private static Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var checks = new Examination(context.Clock, Path.GetFullPath(context.OutPath ?? "runs")).Run(cancellationToken);
        var ok = checks.All(check => check.Ok || !check.Mandatory);
        foreach (var check in checks)
            Print(context.Output, check);
        context.Output.Line();
        context.Output.Line(ok ? "Everything that is needed is here." : "Something that is needed is missing; see the lines marked FAIL.");
        context.Output.Add(new DoctorResult(ok, checks));
        return Task.FromResult(ok ? 0 : ErrorBoundary.FailureExitCode);
    }

    private static void Print(CommandOutput output, CheckResult check)
    {
        var mark = check.Ok ? "ok  " : check.Mandatory ? "FAIL" : "note";
        output.Line($"{mark}  {check.Name,-12}  {check.Found}");
        if (!check.Ok)
            output.Line($"      {"",-12}  -> {check.Remedy}");
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Ok">True when everything mandatory is present.</param>
    /// <param name="Checks">The checks.</param>
    private sealed record DoctorResult(bool Ok, IReadOnlyList<CheckResult> Checks);
}
