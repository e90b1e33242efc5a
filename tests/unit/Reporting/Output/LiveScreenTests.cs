using Robotics.Core.Time;
using Robotics.Reporting.Output;
using Spectre.Console;
using Spectre.Console.Testing;

namespace Robotics.Tests.Unit.Reporting;

public class LiveScreenTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Dispose_LastBar_LeavesItsFinalStateWithTimes()
    {
        using var console = new TestConsole().Width(120).Interactive().SupportsAnsi(true);
        var screen = new LiveScreen(console);

        using (var bar = new ProgressBar(screen, _clock, "training", 200))
        {
            bar.Report(150, "loss 0.1");
            _clock.Now = MonotonicTime.FromSeconds(30);
        }

        var last = console.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        Assert.StartsWith("training", last, StringComparison.Ordinal);
        Assert.EndsWith("75% 150/200  0:30 passed, about 0:10 left  loss 0.1", last, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteLine_WhileBarsAreShown_StandsAboveThem()
    {
        using var console = new TestConsole().Width(120).Interactive().SupportsAnsi(true);
        var screen = new LiveScreen(console);
        var other = new StringWriter();

        using (var all = new ProgressBar(screen, _clock, "2 seeds", 4))
        using (var seed = new ProgressBar(screen, _clock, "seed [1]", 2))
        {
            seed.Report(1);
            all.Report(1);
            screen.WriteLine(other, "seed 1  trial 0");
        }

        Assert.Equal("seed 1  trial 0", other.ToString().TrimEnd());
        // Frames follow one another in the console's text; the last one no longer has the seed's bar.
        Assert.True(
            console.Output.LastIndexOf("2 seeds", StringComparison.Ordinal) > console.Output.LastIndexOf(
                "seed [1]", StringComparison.Ordinal));
    }

    [Fact]
    public void Report_WithoutAScreen_WritesNothingAndLinesPass()
    {
        var (screen, writer) = (new LiveScreen(null), new StringWriter { NewLine = "\n" });

        using (var bar = new ProgressBar(screen, _clock, "training", 2))
        {
            bar.Report(1);
            screen.WriteLine(writer, "trial 0");
        }

        Assert.Equal("trial 0\n", writer.ToString());
    }

    [Fact]
    public void Describe_AtTheStart_GivesNoEstimate()
    {
        using var bar = new ProgressBar(new LiveScreen(null), _clock, "training", 200);
        _clock.Now = MonotonicTime.FromSeconds(3700);

        Assert.Equal("0/200  1:01:40 passed", bar.Describe());
    }

    private sealed class Clock : IClock
    {
        public MonotonicTime Now { get; set; }
    }
}
