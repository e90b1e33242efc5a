using Robotics.Configuration.Yaml;

namespace Robotics.Tests.Unit.Configuration;

public class YamlReaderTests
{
    [Fact]
    public void ReadText_Aliases_StandForTheirAnchors()
    {
        var root = YamlReader.ReadText("a: &x [1, 2]\nb: *x", "f");
        Assert.Same(root.Find("a")!.Value, root.Find("b")!.Value);
    }

    [Theory]
    [InlineData("", "f:1:1: the file is empty")]
    [InlineData("[1]", "f:1:1: expected a mapping of keys to values, found a list")]
    [InlineData("a: 1\nb:\n  c: 1\n  c: 2", "f:4:3: the key 'c' was already given in line 3")]
    [InlineData("a: *b", "f:1:4: ")]
    [InlineData("a: 1\n---\nb: 2", "f:2:1: a second document begins here")]
    [InlineData("a: 'x", "f:1:")]
    [InlineData("a: {b: 1", "f:1:4: the '{' that begins here is never closed")]
    [InlineData("a: {b: 1\n", "f:1:4: the '{' that begins here is never closed")]
    [InlineData("a: {", "f:1:4: the '{' that begins here is never closed")]
    [InlineData("a: {b", "f:1:4: the '{' that begins here is never closed")]
    [InlineData("a: [", "f:1:4: the '[' that begins here is never closed")]
    [InlineData("a: [1, [2, 3]\n\n", "f:1:4: the '[' that begins here is never closed")]
    [InlineData("a: 1\nb: {c: [1, 2", "f:2:8: the '[' that begins here is never closed")]
    [InlineData("a: [1, 2\nb: 3", "f:1:4: the '[' that begins here is never closed")]
    [InlineData("a:\n\tb: 1", "f:2:1: a tab cannot indent a line in YAML; write spaces")]
    [InlineData("a:\n  b: 1\n \tc: 2", "f:3:2: a tab cannot indent a line in YAML; write spaces")]
    [InlineData("a:\n- 1\n\t- 2\nb: 3", "f:3:1: a tab cannot indent a line in YAML; write spaces")]
    [InlineData("a: \"\\U99999999\"", "f:1:")]
    [InlineData("a: @b", "f:1:4: ")]
    public void ReadText_WrongYaml_PointsAtIt(string text, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => YamlReader.ReadText(text, "f"));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: x + y", 4, 1, 8)]
    [InlineData("a: 'x + y'", 4, 1, 9)]
    [InlineData("a: >-\n  x\n\n  + y", 4, 4, 5)]
    [InlineData("a: |\n  x\n  + y", 4, 3, 5)]
    [InlineData("a: x\n   + y", 2, 2, 4)]
    [InlineData("a: x", 1, 1, 5)]
    public void LocationOf_EveryStyle_IsThePlaceInTheFile(string text, int offset, int line, int column)
    {
        var scalar = (YamlScalar)YamlReader.ReadText(text, "f").Find("a")!.Value;
        Assert.Equal(new SourceLocation("f", line, column), scalar.LocationOf(offset));
    }

    [Fact]
    public void ReadText_NestedTooDeeply_IsRefused()
    {
        var error = Assert.Throws<ConfigurationException>(() => YamlReader.ReadText("a: " + new string('[', 100_000), "f"));
        Assert.Contains("nested more than 100 deep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overlay_NestedKeys_WinOneByOne()
    {
        var merged = YamlReader.ReadText("p: {a: 1, b: 2}\nq: 3", "f").Overlay(YamlReader.ReadText("p: {b: 5}\nr: 6", "g"));
        var p = (YamlMapping)merged.Find("p")!.Value;
        Assert.Equal("1", ((YamlScalar)p.Find("a")!.Value).Text);
        Assert.Equal("5", ((YamlScalar)p.Find("b")!.Value).Text);
        Assert.Equal("g:1:8", p.Find("b")!.Value.Location.ToString());
        Assert.NotNull(merged.Find("r"));
    }
}
