using System.Text.Json.Nodes;
using Robotics.Learning.Runs;

namespace Robotics.Tests.Unit.Learning;

public class RunSettingsTests
{
    private const string Defaults = """{"planner":{"Kind":"Cem","Population":400,"Sigma":0.5,"Limit":null}}""";
    private const string Kept = """{"task":"reach","planner":{"Kind":"Cem","Population":400},"seed":1}""";

    [Theory]
    [InlineData(Kept, null)]
    [InlineData("""{"task":"reach","planner":{"Kind":"Cem","Population":500},"seed":1}""", "planner.Population")]
    [InlineData("""{"task":"reach","planner":{"Kind":"Cem","Population":400,"Sigma":0.5,"Limit":null}}""", null)]
    [InlineData("""{"task":"reach","planner":{"Kind":"Cem","Population":400,"Sigma":0.6}}""", "planner.Sigma")]
    [InlineData("""{"task":"reach","planner":{"Kind":"Cem","Limit":1}}""", "planner.Limit")]
    [InlineData("""{"task":"reach","planner":{"Kind":"Cem"}}""", null)]
    [InlineData("""{"task":"push","planner":{"Kind":"Cem","Population":500},"seed":1}""", "task")]
    [InlineData("""{"task":"reach","model":{}}""", "model")]
    public void FirstDifference_OtherSettings_IsNamed(string asked, string? expected) =>
        Assert.Equal(expected, RunSettings.FirstDifference(JsonNode.Parse(Kept), JsonNode.Parse(asked), JsonNode.Parse(Defaults))?.Name);
}
