using System.Diagnostics;
using System.Globalization;
using Robotics.Cli.Shell;
using Robotics.Reporting.Output;

namespace Robotics.Tests.Unit.Cli;

public class StopSignalTests
{
    [Fact]
    public async Task OfProcess_TheTerminalIsGone_AsksForTheEndInGoodOrder()
    {
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, Screen: null, Width: 80);
        using var stop = StopSignal.FromProcess(terminal);
        var asked = new TaskCompletionSource();
        await using var registration = stop.Token.Register(asked.SetResult);

        using var kill = Process.Start("kill", ["-HUP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(StopSignal.HungUpExitCode, stop.ExitCode);
    }

    [Fact]
    public void TerminalWriter_ATerminalThatIsGone_IsNotWrittenToAgain()
    {
        var gone = new GoneWriter();
        var writer = new TerminalWriter(gone);

        writer.WriteLine("stopping");
        writer.WriteLine("stopped");

        Assert.Equal(1, gone.Writes);
    }

    private sealed class GoneWriter : StringWriter
    {
        public int Writes { get; private set; }

        public override void WriteLine(string? value)
        {
            Writes++;
            throw new IOException("Input/output error", 5);
        }
    }
}
