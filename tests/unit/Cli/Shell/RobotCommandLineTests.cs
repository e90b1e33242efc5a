using System.Text.Json.Nodes;
using Robotics.Cli.Shell;
using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Testing;
using Robotics.Tests.Unit.Reporting;

namespace Robotics.Tests.Unit.Cli;

public class RobotCommandLineTests
{
    [Fact]
    public async Task RunAsync_WithJson_WritesOneJsonLineToOutAndTextToError()
    {
        var terminal = new TestTerminal();
        var exitCode = await RunAsync(terminal, (context, _) =>
        {
            context.Output.Line("for people");
            context.Output.Add(new { Loss = 0.5, Worst = double.NaN });
            return Task.FromResult(0);
        }, "work", "--json");

        Assert.Equal(0, exitCode);
        Assert.Equal("""{"ok":true,"loss":0.5,"worst":null}""", Assert.Single(terminal.OutLines));
        Assert.Contains("for people", terminal.Error);
    }

    [Fact]
    public async Task RunAsync_WithQuiet_WritesNothing()
    {
        var terminal = new TestTerminal();
        await RunAsync(terminal, (context, _) =>
        {
            context.Output.Line("for people");
            context.Output.Note("a remark");
            using var bar = context.Output.StartProgress("working", 3);
            bar.Report(2);
            return Task.FromResult(0);
        }, "work", "--quiet");

        Assert.Equal("", terminal.Out + terminal.Error);
    }

    [Fact]
    public async Task RunAsync_UserError_PrintsItsSentenceOnly()
    {
        var terminal = new TestTerminal();
        var exitCode = await RunAsync(terminal, (_, _) => throw new UserErrorException("the arm is unplugged; plug it in."), "work");

        Assert.Equal(1, exitCode);
        Assert.Equal("error: the arm is unplugged; plug it in.\n", terminal.Error);
        Assert.Equal("", terminal.Out);
    }

    [Fact]
    public async Task RunAsync_Surprise_PutsTheStackIntoALogAndNotOnTheTerminal()
    {
        var terminal = new TestTerminal();
        var exitCode = await RunAsync(terminal, (_, _) => throw new InvalidOperationException("gears"), "work", "--json");

        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("   at ", terminal.Error + terminal.Out);
        var sentence = JsonNode.Parse(Assert.Single(terminal.OutLines))!["error"]!.GetValue<string>();
        var path = sentence[sentence.IndexOf('/')..].TrimEnd('.');
        var log = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        File.Delete(path);
        Assert.Contains("InvalidOperationException: gears", log);
        Assert.Contains("   at ", log);
    }

    [Fact]
    public async Task RunAsync_Stopped_EndsWithTheSignalsExitCodeAndASentence()
    {
        var terminal = new TestTerminal();
        using var stop = new StopSignal();
        var line = Line(terminal, (_, cancellationToken) =>
        {
            stop.Request(StopSignal.InterruptedExitCode);
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(0);
        });

        Assert.Equal(130, await line.RunAsync(["work"], stop));
        Assert.Equal("error: stopped before the end, as asked; what was written so far is kept.\n", terminal.Error);
        Assert.False(stop.Request(StopSignal.TerminatedExitCode));
    }

    [Theory]
    [InlineData("my runs/a", false)]
    [InlineData("b's", true)]
    public async Task RunAsync_StoppedRun_NamesTheCommandThatGoesOn(string name, bool isGiven)
    {
        using var root = new TemporaryFolder();
        var terminal = new TestTerminal();
        using var stop = new StopSignal();
        var path = "";
        var line = Line(terminal, (context, cancellationToken) =>
        {
            path = context.CreateResumableRunFolder();
            stop.Request(StopSignal.InterruptedExitCode);
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(0);
        });

        await line.RunAsync(isGiven ? ["work", "--seed=3", "--out", root.File(name)] : ["work", "--config", name], stop);
        var expected = isGiven
            ? $"./robot work --seed 3 --out '{path.Replace("'", "'\\''")}'\n"
            : $"./robot work --config '{name}' --out {path}\n";
        Assert.EndsWith($"and it goes on with: {expected}", terminal.Error);
        if (!isGiven)
            Directory.Delete(path);
    }

    [Fact]
    public async Task RunAsync_StoppedCommandThatEndsWell_StillHasTheSignalsExitCode()
    {
        using var stop = new StopSignal();
        var line = Line(new TestTerminal(), (_, _) => Task.FromResult(stop.Request(StopSignal.InterruptedExitCode) ? 0 : 1));

        Assert.Equal(130, await line.RunAsync(["work"], stop));
    }

    [Theory]
    [InlineData("'dance' is no command or option of ./robot", "dance")]
    [InlineData("'--fast' is no command or option of ./robot work", "work", "--fast")]
    [InlineData("'many' is no value for --seed", "work", "--seed", "many")]
    public async Task RunAsync_WrongArguments_SaysWhichOne(string expected, params string[] arguments)
    {
        var terminal = new TestTerminal();
        var exitCode = await RunAsync(terminal, (_, _) => Task.FromResult(0), arguments);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error: {expected};", terminal.Error);
        Assert.Single(terminal.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task RunAsync_CommonOptions_ReachTheCommand()
    {
        var (seed, config, folder) = (0UL, "", "");
        using var root = new TemporaryFolder();
        await RunAsync(new TestTerminal(), (context, _) =>
        {
            (seed, config, folder) = (context.Seed, context.ConfigPath!, context.CreateRunFolder());
            return Task.FromResult(0);
        }, "work", "--seed", "7", "--config", "a.yaml", "--out", root.File("new"));

        Assert.Equal((7UL, "a.yaml", root.File("new")), (seed, config, folder));
        Assert.True(Directory.Exists(folder));
    }

    private static Task<int> RunAsync(TestTerminal terminal, CommandWork work, params string[] arguments) =>
        Line(terminal, work).RunAsync(arguments, new StopSignal());

    private static RobotCommandLine Line(TestTerminal terminal, CommandWork work)
    {
        var line = new RobotCommandLine(terminal.Terminal, new SystemClock());
        line.Add(line.Create("work", "Works.", work));
        return line;
    }
}
