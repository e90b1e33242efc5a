using System.Xml.Linq;
using Robotics.Reporting.Plots;

namespace Robotics.Tests.Unit.Reporting;

public sealed class PlotTests
{
    [Theory]
    [InlineData(0, 10, "0,2,4,6,8,10")]
    [InlineData(-0.31, 0.12, "−0.4,−0.3,−0.2,−0.1,0.0,0.1,0.2")]
    [InlineData(3, 3, "2.85,2.90,2.95,3.00,3.05,3.10,3.15")]
    [InlineData(-118.3, -14, "−120,−100,−80,−60,−40,−20,0")]
    public void NiceTicks_Range_IsCoveredByRoundNumbers(double low, double high, string expected)
    {
        var ticks = new NiceTicks(low, high);
        Assert.Equal(expected, string.Join(',', ticks.Values.Select(ticks.Label)));
    }

    [Fact]
    public void NiceTicks_OfCounts_AreWhole() => Assert.Equal([0, 1, 2], new NiceTicks(0, 2, 9, integersOnly: true).Values);

    [Fact]
    public void Render_LineWithAGap_BreaksThere()
    {
        var paths = Render(new LineLayer([0, 1, 2, 3], [1, 2, double.NaN, 4])).Descendants().Where(e => e.Name.LocalName == "path");
        var data = Assert.Single(paths).Attribute("d")!.Value;
        Assert.Equal(2, data.Count(c => c == 'M'));
        Assert.DoesNotContain("NaN", data, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NothingToShow_IsStillAPlot() => Assert.NotEmpty(Render(new LineLayer([], [])).Descendants());

    [Fact]
    public void Render_MarkupInTexts_IsEscaped()
    {
        var plot = Render(new HorizontalLayer(1) { Label = "a < b & \"c\"" });
        Assert.Contains("a < b & \"c\"", plot.Root!.Value, StringComparison.Ordinal);
    }

    private static XDocument Render(PlotLayer layer) => XDocument.Parse(new PlotSvg
    {
        Title = "t",
        Description = "d",
        XLabel = "x",
        YLabel = "y",
        Layers = [layer],
    }.Render());
}
