using System.Text.Json.Nodes;
using Robotics.App.Composition;

namespace Robotics.Tests.Unit.App;

public class RunSettingsTests
{
    private const string Kept = """{"task":"reach","planner":{"Kind":"Cem","Population":400},"seed":1}""";

    [Theory]
    [InlineData(Kept, null)]
    [InlineData("""{"task":"reach","planner":{"Kind":"Cem","Population":500},"seed":1}""", "planner")]
    [InlineData("""{"task":"push","planner":{"Kind":"Cem","Population":500},"seed":1}""", "task")]
    [InlineData("""{"task":"reach","model":{}}""", "model")]
    public void FirstDifference_OtherSettings_IsNamed(string asked, string? expected) =>
        Assert.Equal(expected, RunSettings.FirstDifference(JsonNode.Parse(Kept)!.AsObject(), JsonNode.Parse(asked)!.AsObject()));
}
