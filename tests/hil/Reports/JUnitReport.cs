using System.Globalization;
using System.Xml.Linq;
using Robotics.Data.Storage;
using Robotics.Hil.Suite;

namespace Robotics.Hil.Reports;

/// <summary>The checks as JUnit XML, for continuous integration.</summary>
internal static class JUnitReport
{
    /// <summary>Writes <c>hil.xml</c> and returns its path.</summary>
    public static string Write(string folder, string suite, IReadOnlyList<HilOutcome> outcomes)
    {
        var path = Path.Combine(folder, "hil.xml");
        AtomicFile.WriteText(path, Render(suite, outcomes).ToString());
        return path;
    }

    /// <summary>The XML.</summary>
    public static XDocument Render(string suite, IReadOnlyList<HilOutcome> outcomes) => new(
        new XElement(
            "testsuites",
            new XElement(
                "testsuite",
                new XAttribute("name", suite),
                new XAttribute("tests", outcomes.Count),
                new XAttribute("failures", outcomes.Count(o => o.Verdict == HilVerdict.Failed)),
                new XAttribute("skipped", outcomes.Count(o => o.Verdict == HilVerdict.Skipped)),
                new XAttribute("time", Number(outcomes.Sum(o => o.Seconds))),
                outcomes.Select(o => new XElement(
                    "testcase",
                    new XAttribute("classname", suite),
                    new XAttribute("name", o.Name),
                    new XAttribute("time", Number(o.Seconds)),
                    o.Verdict switch
                    {
                        HilVerdict.Failed => new XElement("failure", new XAttribute("message", o.Sentence)),
                        HilVerdict.Skipped => new XElement("skipped", new XAttribute("message", o.Sentence)),
                        _ => new XElement("system-out", o.Sentence),
                    })))));

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
