namespace Robotics.Tests.Unit.Architecture;

/// <summary>Small files with one job each, lines that fit a window, and no test that is switched off.</summary>
public class SourceSizeTests
{
    private const int LongestFile = 400;
    private const int UsualFile = 120;
    private const int LongestLine = 140;

    [Fact]
    public void Sources_EveryFile_HasAtMost400Lines()
    {
        var tooLong = Checkout.Sources("src").Concat(Checkout.Sources("tests"))
            .Select(file => (File: Checkout.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(source => source.Lines > LongestFile)
            .Select(source => $"{source.File} has {source.Lines} lines; above {LongestFile} a file has more than one job: split it.");
        Assert.True(!tooLong.Any(), string.Join("\n", tooLong));
    }

    [Fact]
    public void Sources_HalfOfTheFiles_HaveFewerThan120Lines()
    {
        var lines = Checkout.Sources("src").Select(file => File.ReadLines(file).Count()).Order().ToArray();
        var median = lines[lines.Length / 2];
        Assert.True(median < UsualFile, $"half of the files in src have {median} lines or more; keep that below {UsualFile}.");
    }

    /// <summary>Messages of a protocol, in raw string literals of tests, stay whole.</summary>
    [Fact]
    public void Sources_EveryLine_HasAtMost140Characters()
    {
        var literal = new string('"', 3);
        var tooLong = from file in Checkout.Sources("src").Concat(Checkout.Sources("benchmarks")).Concat(Checkout.Sources("tests"))
                      from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
                      where line.Text.Length > LongestLine
                      let isTest = Checkout.Relative(file).StartsWith("tests/", StringComparison.Ordinal)
                      where !isTest || !line.Text.Contains(literal, StringComparison.Ordinal)
                      select $"{Checkout.Relative(file)}:{line.Number} has {line.Text.Length} characters; "
                          + $"wrap it, or name a part of the expression: at most {LongestLine}.";
        Assert.True(!tooLong.Any(), string.Join("\n", tooLong));
    }

    [Fact]
    public void Tests_NoTest_IsSwitchedOff()
    {
        var mark = "Skip" + " =";
        var skipped = Checkout.Sources("tests").Where(file => File.ReadAllText(file).Contains(mark, StringComparison.Ordinal))
            .Select(file => $"{Checkout.Relative(file)} switches a test off; repair or remove it.");
        Assert.True(!skipped.Any(), string.Join("\n", skipped));
    }

    [Fact]
    public void Sources_NoFile_KeepsWorkForLater()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "#reg" + "ion", ") => throw new NotImpl" + "emented"];
        var unfinished = from file in Checkout.Sources("src").Concat(Checkout.Sources("tests"))
                         from mark in marks
                         where File.ReadAllText(file).Contains(mark, StringComparison.Ordinal)
                         select $"{Checkout.Relative(file)} contains {mark}; finish the work or take it out.";
        Assert.True(!unfinished.Any(), string.Join("\n", unfinished));
    }
}
