using System.CommandLine;
using Robotics.Cli.Shell;
using Robotics.Configuration.Robots;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Drivers;
using Robotics.Hil.Emulation;
using Robotics.Hil.Faults;
using Robotics.Hil.Reports;
using Robotics.Hil.Suite;
using Robotics.Reporting.Output;

namespace Robotics.Hil;

/// <summary><c>robot hil</c>: the hardware-in-the-loop suite, against a robot or its emulator.</summary>
internal sealed class HilCommand
{
    private const double UntestedSpeed = 0.25;

    private readonly Option<string> _robot = new("--robot")
    {
        Description = "A robot's file, or the name of one in config/robots.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<bool> _emulate = new("--emulate")
    {
        Description = "Start an emulator of the robot and test against that.",
    };

    private readonly Option<bool> _move = new("--move")
    {
        Description = "On hardware: allow motion. Without it only checks that move nothing are run.",
    };

    private readonly Option<int> _faults = new("--faults")
    {
        Description = "Number of random faults to inject after the checks; needs --emulate.",
        HelpName = "number",
        DefaultValueFactory = _ => 0,
    };

    /// <summary>Creates the command.</summary>
    public static Command Create(RobotCommandLine line)
    {
        var options = new HilCommand();
        var command = line.Create(
            "hil", "Test a robot, or with --emulate its emulator: identity, directions, tracking, latency, watchdog, e-stop, reconnect.",
            options.RunAsync);
        foreach (var option in (Option[])[options._robot, options._emulate, options._move, options._faults])
            command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (emulate, faults) = (context.Get(_emulate), context.Get(_faults));
        if (faults is < 0 or > 100_000)
            throw new UserErrorException($"--faults takes 0 to 100000, not {faults}.");
        if (faults > 0 && !emulate)
            throw new UserErrorException("--faults breaks the wire on purpose: give --emulate too, or leave it out on hardware.");
        var definition = RobotDefinition.Load(RobotFiles.Find(context.Get(_robot)!));
        var key = RandomKey.FromSeed(context.Seed);
        await using var target = emulate ? await HilTargets.StartAsync(definition, key.Derive("emulator"), context.Clock) : null;
        await using var bench = await HilBench.OpenAsync(
            target?.Definition ?? definition, RobotDriverFactory.Create(target?.Definition ?? definition, context.Clock),
            emulate ? 1 : UntestedSpeed, target, context.Clock, cancellationToken);
        var output = context.Output;
        output.Line($"{definition.Name}: {(emulate ? "EMULATED" : "on hardware")}");
        var suite = new HilSuite(key.Derive("suite"));
        var outcomes = await suite.RunAsync(bench, emulate || context.Get(_move), o => Print(output, o), cancellationToken);
        var injected = target is null || faults == 0 ? [] : await InjectAsync(output, bench, target, faults, key, cancellationToken);
        return Report(context, definition, emulate, outcomes, injected, bench.Report());
    }

    private static async Task<IReadOnlyList<FaultOutcome>> InjectAsync(
        CommandOutput output, HilBench bench, HilTarget target, int count, RandomKey key, CancellationToken cancellationToken)
    {
        var done = 0L;
        using var bar = output.StartProgress("faults", count);
        return await new FaultCampaign(bench, target, key.Derive("faults")).RunAsync(count, _ => bar.Report(++done), cancellationToken);
    }

    private static int Report(
        CommandContext context, RobotDefinition definition, bool emulated, IReadOnlyList<HilOutcome> outcomes,
        IReadOnlyList<FaultOutcome> faults, DriverReport driver)
    {
        var output = context.Output;
        var folder = context.CreateRunFolder();
        var page = HilPage.Write(folder, definition.Name, emulated, outcomes, faults, driver);
        JUnitReport.Write(folder, $"hil.{definition.Name}", outcomes);
        foreach (var failed in faults.Where(f => !f.Passed))
            output.Line($"FAIL  {failed.Kind}: {failed.Sentence}");
        var ok = outcomes.All(o => o.Verdict != HilVerdict.Failed) && faults.All(f => f.Passed);
        var skipped = outcomes.Count(o => o.Verdict == HilVerdict.Skipped);
        output.Line(
            $"{outcomes.Count(o => o.Verdict == HilVerdict.Passed)} passed, {outcomes.Count(o => o.Verdict == HilVerdict.Failed)} failed, "
            + $"{skipped} skipped; {faults.Count(f => f.Passed)} of {faults.Count} faults handled");
        output.Line($"report: {page}");
        output.Add(new HilResult(ok, definition.Name, emulated, page, outcomes, new FaultSummary(
            faults.Count, faults.Count(f => f.Passed), [.. faults.Where(f => !f.Passed)]), driver));
        return ok ? 0 : ErrorBoundary.FailureExitCode;
    }

    private static void Print(CommandOutput output, HilOutcome outcome)
    {
        var mark = outcome.Verdict switch { HilVerdict.Passed => "ok  ", HilVerdict.Failed => "FAIL", _ => "skip" };
        output.Line($"{mark}  {outcome.Name,-22}{outcome.Sentence}");
    }

    /// <summary>The result. Immutable.</summary>
    /// <param name="Ok">True when no check and no fault failed.</param>
    /// <param name="Robot">The robot's name.</param>
    /// <param name="Emulated">True when no hardware was connected.</param>
    /// <param name="Report">Path of the HTML report.</param>
    /// <param name="Checks">The checks in order.</param>
    /// <param name="Faults">Injected faults.</param>
    /// <param name="Driver">Statistics of the driver.</param>
    private sealed record HilResult(
        bool Ok, string Robot, bool Emulated, string Report, IReadOnlyList<HilOutcome> Checks, FaultSummary Faults, DriverReport Driver);

    /// <summary>Injected faults. Immutable.</summary>
    /// <param name="Injected">Number of faults injected.</param>
    /// <param name="Handled">Number whose rule held.</param>
    /// <param name="Failed">Those whose rule did not hold.</param>
    private sealed record FaultSummary(int Injected, int Handled, IReadOnlyList<FaultOutcome> Failed);
}
