using System.Diagnostics;
using System.Runtime.Versioning;
using Robotics.Testing;
using Robotics.Tests.Unit.Architecture;

namespace Robotics.Tests.Unit.Cli;

/// <summary>The script <c>robot</c>, copied into a folder of its own, with stand-ins for the system's tools first on the path.</summary>
[SupportedOSPlatform("linux")]
public sealed class RobotScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _root;

    public RobotScriptTests()
    {
        _root = _folder.Path;
        File.Copy(Path.Combine(Checkout.Root, "robot"), Path.Combine(_root, "robot"));
        Directory.CreateDirectory(Path.Combine(_root, "src", "Cli"));
        Directory.CreateDirectory(Path.Combine(_root, "tools"));
        Tool("id", "echo 1000");
        Tool("sudo", "exit 1");
        Tool("dpkg-query", "exit 1");
        Tool("dotnet", """
            case $1 in
              --version) echo 10.0.100 ;;
              build) echo "Program.cs(3,4): error CS1002: ; expected [App.csproj]" | grep "${BREAK:-nothing}" && exit 1
                     echo built >> builds; mkdir -p src/Cli/bin/Release/net10.0; touch src/Cli/bin/Release/net10.0/robot-app.dll ;;
              *) shift; echo "ran $* with $OMP_NUM_THREADS thread" ;;
            esac
            """);
        OperatingSystem("debian", "12");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Robot_NoInstall_PrintsTheLineAndStops()
    {
        var (status, output, error) = await RunAsync(null, "doctor", "--no-install");

        Assert.NotEqual(0, status);
        Assert.Equal("", output);
        Assert.Equal("error: packages are missing and --no-install was given; as root run: apt-get install -y --no-install-recommends "
            + "g++ cmake make libmujoco-dev libegl-dev libegl1 libegl-mesa0 libgl1-mesa-dri\n", error);
    }

    [Fact]
    public async Task Robot_SomePackagesInstalled_AsksOnlyForTheRest()
    {
        Tool("dpkg-query", "printf 'installed %s\\n' g++ cmake make libegl-dev libegl1 libegl-mesa0; echo 'not-installed libmujoco-dev'");
        var (_, _, error) = await RunAsync(null, "doctor", "--no-install");

        Assert.EndsWith("--no-install-recommends libmujoco-dev libgl1-mesa-dri\n", error);
    }

    [Fact]
    public async Task Robot_UnknownTorch_SaysWhichThereAre()
    {
        var (status, _, error) = await RunAsync("ROBOT_TORCH=rocm", "doctor");

        Assert.Equal(1, status);
        Assert.Equal("error: ROBOT_TORCH takes cpu or cuda, not 'rocm'; correct it, or unset it.\n", error);
    }

    [Fact]
    public async Task Robot_SudoWantsAPasswordWithoutATerminal_PrintsTheLine()
    {
        var (status, _, error) = await RunAsync(null, "doctor");

        Assert.Equal(1, status);
        Assert.Contains("run: sudo apt-get install -y", error.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public async Task Robot_UnknownDistribution_SaysWhichWayIsOpen()
    {
        OperatingSystem("plan9", "4");
        var (status, _, error) = await RunAsync("MUJOCO_ROOT=/nowhere", "doctor");

        Assert.Equal(1, status);
        Assert.StartsWith("error: package names are known for Debian 12 and 13 only; on plan9 4", error);
        Assert.EndsWith("mujoco (unpack a release and set MUJOCO_ROOT to its folder); EGL is needed too\n", error);
    }

    [Fact]
    public async Task Robot_OldSdk_SaysWhichIsNeeded()
    {
        Installed();
        Tool("dotnet", "[ $1 = --version ] && echo 9.0.305 || echo '9.0.305 [/sdk]'");
        var (status, _, error) = await RunAsync(null, "doctor");

        Assert.Equal(1, status);
        Assert.Equal(
            "error: the .NET SDK must be 10.0.100 or newer (10.0.x), found: 9.0.305 ; get it from https://dot.net/download.\n", error);
    }

    [Fact]
    public async Task Robot_CalledAgain_BuildsOnlyWhenASourceHasChanged()
    {
        Installed();
        var first = await RunAsync(null, "eval", "--json");
        var second = await RunAsync(null, "eval", "--json");
        Assert.Equal((0, "ran eval --json with 1 thread\n"), (first.Status, first.Output));
        Assert.Equal((0, "ran eval --json with 1 thread\n", ""), second);
        Assert.Equal("built\n", await Builds());

        await File.WriteAllTextAsync(Path.Combine(_root, "src", "Cli", "New.cs"), "", TestContext.Current.CancellationToken);
        await RunAsync(null, "eval");
        Assert.Equal("built\nbuilt\n", await Builds());
    }

    [Fact]
    public async Task Robot_BrokenSource_ShowsTheCompilersLineAndOneSentence()
    {
        Installed();
        var (status, output, error) = await RunAsync("BREAK=error", "eval", "--json");

        Assert.Equal((1, ""), (status, output));
        var lines = error.TrimEnd('\n').Split('\n');
        Assert.Equal("Program.cs(3,4): error CS1002: ; expected", lines[^2]);
        Assert.StartsWith("error: the build of src/Cli/Robotics.Cli.csproj failed;", lines[^1]);
    }

    [Theory]
    [InlineData("exit 0", 0, "6 passed, 0 failed, 2 skipped")]
    [InlineData("exit 2", 1, "6 passed, 1 failed, 2 skipped")]
    [InlineData("rm $report; exit 134", 1, "3 passed, 1 failed, 1 skipped")]
    public async Task RobotTest_SeveralProjects_EndsWithTheTotals(string end, int expectedStatus, string expectedLine)
    {
        Installed();
        TestProject("First", "exit 0");
        TestProject("Second", end);
        var (status, output, _) = await RunAsync(null, "test");

        Assert.Equal(expectedStatus, status);
        Assert.Equal(expectedLine, output.TrimEnd('\n').Split('\n')[^1]);
    }

    private void TestProject(string name, string end)
    {
        var output = Directory.CreateDirectory(Path.Combine(_root, "tests", name, "bin", "Release", "net10.0")).FullName;
        File.WriteAllText(Path.Combine(_root, "tests", name, $"Robotics.Tests.{name}.csproj"), "");
        Executable(Path.Combine(output, $"Robotics.Tests.{name}"), $"""
            report=artifacts/tests/Robotics.Tests.{name}.xml
            cd {_root}; echo '<assembly name="x" total="4" passed="3" failed="0" skipped="1" errors="0">' > $report
            {end}
            """);
    }

    private Task<string> Builds() => File.ReadAllTextAsync(Path.Combine(_root, "builds"), TestContext.Current.CancellationToken);

    private void Installed() => Tool("dpkg-query", "shift 2; printf 'installed %s\\n' \"$@\"");

    private void OperatingSystem(string id, string version) =>
        File.WriteAllText(Path.Combine(_root, "os-release"), $"ID={id}\nVERSION_ID={version}\nPRETTY_NAME=\"{id} {version}\"\n");

    private void Tool(string name, string script) => Executable(Path.Combine(_root, "tools", name), script);

    private static void Executable(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Status, string Output, string Error)> RunAsync(string? variable, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_root, "robot"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = $"{_root}/tools:/usr/bin:/bin";
        start.Environment["HOME"] = _root;
        start.Environment["ROBOT_OS_RELEASE"] = Path.Combine(_root, "os-release");
        if (variable?.Split('=') is [var name, var value])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }
}
