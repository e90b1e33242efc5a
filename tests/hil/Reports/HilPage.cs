using System.Globalization;
using Robotics.Core.Links;
using Robotics.Hil.Faults;
using Robotics.Hil.Suite;
using Robotics.Reporting.Pages;

namespace Robotics.Hil.Reports;

/// <summary>The suite's report as an HTML page.</summary>
internal static class HilPage
{
    /// <summary>Writes <c>report.html</c> and returns its path.</summary>
    public static string Write(
        string folder, string robot, bool isEmulated, IReadOnlyList<HilOutcome> outcomes, IReadOnlyList<FaultOutcome> faults,
        DriverReport driver)
    {
        var sections = new List<PageSection>
        {
            new("Checks", "A check that was not run is skipped, never passed.") { Tables = [Checks(outcomes)] },
            new("Driver", "") { Tables = [Driver(driver)] },
        };
        if (faults.Count > 0)
            sections.Add(new PageSection("Faults", "Judged from the physics and the wire of the emulator.") { Tables = [Faults(faults)] });
        return new PageReport(
            $"Hardware in the loop: {robot}", isEmulated ? "EMULATED: no hardware was connected" : "On hardware", sections).Write(folder);
    }

    private static ReportTable Checks(IReadOnlyList<HilOutcome> outcomes) => new(
        "Checks in order",
        ["check", "verdict", "seconds", "result"],
        [.. outcomes.Select(o => (IReadOnlyList<string>)[
            o.Name, o.Verdict.ToString().ToLowerInvariant(), o.Seconds.ToString("F1", CultureInfo.InvariantCulture), o.Sentence])]);

    private static ReportTable Faults(IReadOnlyList<FaultOutcome> faults) => new(
        "Fault injection",
        ["#", "fault", "verdict", "result"],
        [.. faults.Select((f, i) => (IReadOnlyList<string>)[
            (i + 1).ToString(CultureInfo.InvariantCulture), f.Kind.ToString(), f.Passed ? "passed" : "failed", f.Sentence])]);

    private static ReportTable Driver(DriverReport report) => new(
        "Statistics",
        ["quantity", "value"],
        [
            ["states per second", report.StateHz.ToString("F1", CultureInfo.InvariantCulture)],
            ["commands per second", report.CommandHz.ToString("F1", CultureInfo.InvariantCulture)],
            ["connections", report.Connections.ToString(CultureInfo.InvariantCulture)],
            .. report.Errors.Select(e => (IReadOnlyList<string>)[
                $"errors: {e.Key}", e.Value.ToString(CultureInfo.InvariantCulture)]),
        ]);
}
