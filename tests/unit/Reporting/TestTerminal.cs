using Robotics.Reporting.Output;

namespace Robotics.Tests.Unit.Reporting;

/// <summary>A terminal that remembers what was written to it.</summary>
internal sealed class TestTerminal
{
    public Terminal Terminal { get; } =
        new(new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" }, Screen: null, Width: 200);

    public string Out => Terminal.Out.ToString()!;

    public string Error => Terminal.Error.ToString()!;

    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
