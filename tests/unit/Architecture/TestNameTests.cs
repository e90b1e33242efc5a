using System.Text.RegularExpressions;

namespace Robotics.Tests.Unit.Architecture;

/// <summary>A test says in its name what is called, when, and what is expected.</summary>
public partial class TestNameTests
{
    [Fact]
    public void Tests_EveryName_HasMethodConditionAndExpectation()
    {
        var unclear = from file in Checkout.Sources("tests")
                      from Match test in Test().Matches(File.ReadAllText(file))
                      where !ThreeParts().IsMatch(test.Groups["name"].Value)
                      select $"{Checkout.Relative(file)}: name {test.Groups["name"].Value} as Method_Condition_Expectation.";
        Assert.True(!unclear.Any(), string.Join("\n", unclear));
    }

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\]]*\](?:\s*\[[^\]]*\])*\s*public (?:async )?(?:static )?(?:void|Task) (?<name>\w+)\(")]
    private static partial Regex Test();

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Z0-9][A-Za-z0-9]*){2}$")]
    private static partial Regex ThreeParts();
}
