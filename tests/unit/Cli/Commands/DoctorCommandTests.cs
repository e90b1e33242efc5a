using System.Text.Json.Nodes;
using Robotics.Cli;
using Robotics.Cli.Shell;
using Robotics.Core.Time;
using Robotics.Tests.Unit.Reporting;

namespace Robotics.Tests.Unit.Cli;

public class DoctorCommandTests
{
    [Fact]
    public async Task RunAsync_WithJson_HasTheDocumentedShape()
    {
        var terminal = new TestTerminal();
        var exitCode = await RunAsync(terminal, "doctor", "--json");

        var result = JsonNode.Parse(Assert.Single(terminal.OutLines))!;
        var checks = result["checks"]!.AsArray().Select(node => node!).ToArray();
        Assert.Equal(
            [
                "system", "dotnet", "libtorch", "convolutions", "products", "mujoco", "egl", "processor", "simd", "memory", "gpu",
                "scheduling", "timer", "disk",
            ],
            checks.Select(check => check["name"]!.GetValue<string>()));
        Assert.All(checks, check => Assert.NotEqual("", check["found"]!.GetValue<string>()));
        Assert.All(checks, check => Assert.Equal(check["ok"]!.GetValue<bool>(), check["remedy"]!.GetValue<string>().Length == 0));
        var ok = checks.All(check => check["ok"]!.GetValue<bool>() || !check["mandatory"]!.GetValue<bool>());
        Assert.Equal(ok, result["ok"]!.GetValue<bool>());
        Assert.Equal(ok ? 0 : 1, exitCode);
    }

    [Fact]
    public async Task RunAsync_UnwritableRunFolder_FailsWithARemedy()
    {
        var terminal = new TestTerminal();
        var exitCode = await RunAsync(terminal, "doctor", "--out", "/proc/none");

        Assert.Equal(1, exitCode);
        Assert.Contains("FAIL  disk", terminal.Out);
        Assert.Contains("-> ", terminal.Out);
    }

    [Fact]
    public async Task Help_OfEveryCommand_DocumentsTheCommonOptions()
    {
        var overview = new TestTerminal();
        await RunAsync(overview);
        var commands = overview.Out.Split("Commands:")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().Split(' ')[0]).Where(name => name.Length > 0).ToArray();
        Assert.Contains("doctor", commands);
        foreach (var command in commands)
        {
            var help = new TestTerminal();
            Assert.Equal(0, await RunAsync(help, command, "--help"));
            Assert.All((string[])["--seed", "--out", "--config", "--json", "--quiet"], option => Assert.Contains(option, help.Out));
        }
    }

    private static Task<int> RunAsync(TestTerminal terminal, params string[] arguments) =>
        Program.CreateCommandLine(terminal.Terminal, new SystemClock()).RunAsync(arguments, new StopSignal());
}
