using Robotics.App.Shell;
using Robotics.Core;

namespace Robotics.Tests.Unit.App;

public class ProgressBarTests
{
    [Fact]
    public void Report_OnAScreen_RedrawsOneLineWithAnEstimate()
    {
        var clock = new Clock();
        var writer = new StringWriter { NewLine = "\n" };
        using (var bar = new ProgressBar(writer, interactive: true, width: 100, clock, "training", 200))
        {
            clock.Now = MonotonicTime.FromSeconds(10);
            bar.Report(50, "loss 0.1");
            bar.Report(51);
        }

        var draws = writer.ToString().Split('\r', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, draws.Length);
        Assert.Equal("training [######..................] 25% 50/200  0:10 passed, about 0:30 left  loss 0.1", draws[0].TrimEnd());
        Assert.Equal(99, draws[0].Length);
    }

    [Fact]
    public void Report_IntoAFile_WritesPlainLinesRarely()
    {
        var clock = new Clock();
        var writer = new StringWriter { NewLine = "\n" };
        using (var bar = new ProgressBar(writer, interactive: false, width: 100, clock, "training", 100))
        {
            for (var step = 1; step <= 100; step++)
            {
                clock.Now = MonotonicTime.FromSeconds(0.25 * step);
                bar.Report(step);
            }
        }

        var lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.DoesNotContain('\r', writer.ToString());
        Assert.Equal("training: 100% (100/100), 0:25 passed", lines[^1]);
    }

    private sealed class Clock : IClock
    {
        public MonotonicTime Now { get; set; }
    }
}
