using Robotics.Reporting.Output;
using Robotics.Studies.Mechanism;

namespace Robotics.Tests.Unit.Studies;

public class CriterionTests
{
    [Theory]
    [InlineData(3.0, null, true)]
    [InlineData(1.9, null, false)]
    [InlineData(null, 2.0, true)]
    [InlineData(null, 2.1, false)]
    [InlineData(null, null, true)]
    public void Met_MeanOfTwo_IsHeldToTheBound(double? atMost, double? atLeast, bool expected) =>
        Assert.Equal(expected, new Criterion("b", "a metric", [1, 3], atMost, atLeast).Met);

    [Fact]
    public void Met_NotANumber_IsWithinNoBound() => Assert.False(new Criterion("b", "a metric", [double.NaN], AtLeast: 0).Met);

    [Fact]
    public void ToResult_WithAndWithoutBound_HasTheBoundAndWhetherItIsMet()
    {
        var json = ResultJson.From(new Criterion("b", "a metric", [1, 3], AtMost: 5).ToResult());
        Assert.Equal(2.0, json["mean"]!.GetValue<double>());
        Assert.Equal(5.0, json["at_most"]!.GetValue<double>());
        Assert.True(json["met"]!.GetValue<bool>());
        Assert.Equal(["mean", "std", "low95", "high95", "values", "at_most", "at_least", "met"], json.Select(p => p.Key));
        Assert.Null(new Criterion("b", "a metric", [1, 3]).ToResult().Met);
    }
}
