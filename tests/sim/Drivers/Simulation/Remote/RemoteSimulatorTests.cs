using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Streams;
using Robotics.Core.Time;
using Robotics.Drivers.Simulation.Remote;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class RemoteSimulatorTests
{
    private static readonly SimulationOptions Reach = new()
    {
        ModelPath = TestModels.Shipped("arm7_reach.xml"),
        Cameras = [new SimulatedCameraOptions { Name = "scene", RateHz = 30 }],
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryWrite_ServoTarget_MovesTheArmAgainstTheClock()
    {
        await using var process = await StartAsync(Reach);
        var clock = new SystemClock();
        await using var robot = new RemoteSimulator(Reach, SocketOf(), clock);
        var link = await ConnectAsync(robot);
        var state = new RobotState(robot.Spec.Joints.Count);
        var pacer = new WallPacer(clock);
        var applied = new double[8];
        var fresh = 0;
        var start = clock.Now;
        for (var i = 0; i < 1500 && (fresh <= 10 || Math.Abs(state.Positions[0] - 0.5) > 0.05); i++)
        {
            pacer.WaitUntil(start + TimeSpan.FromMilliseconds(10 * i));
            Assert.Equal(LinkStatus.Ok, link.TryWrite(clock.Now, [0.5, 0, 0, 0, 0, 0, 0, 0], applied));
            fresh += link.TryRead(state) == LinkStatus.Ok ? 1 : 0;
        }

        Assert.Equal(0.5, state.Positions[0], 0.05);
        Assert.True(fresh > 10);
        Assert.True(clock.Now - start >= TimeSpan.FromMilliseconds(200));
        Assert.True(state.ReceivedAt >= state.CapturedAt - robot.ClockUncertainty);
    }

    [Fact]
    public async Task ResetAsync_TruthAndPictures_ArriveFromTheOtherProcess()
    {
        await using var process = await StartAsync(Reach);
        await using var robot = new RemoteSimulator(Reach, SocketOf(), new SystemClock());
        await ConnectAsync(robot);
        using var images = robot.Cameras[0].OpenReader(2);
        await robot.ResetAsync(RandomKey.FromSeed(3), Cancellation);
        var tip = new double[3];
        robot.Bind(new Quantity(QuantityKind.SitePosition, ["tip"])).Read(tip);

        Assert.Equal(1.10, tip[2], 0.02);
        var sample = await NextAsync(images);
        Assert.True(sample.Value.Bytes.Distinct().Count() > 30);
        sample.Value.Dispose();
    }

    [Fact]
    public async Task TryRead_ProcessKilled_SaysDisconnectedAndNothingHangs()
    {
        await using var process = await StartAsync(Reach);
        await using var robot = new RemoteSimulator(Reach, SocketOf(), new SystemClock());
        var link = await ConnectAsync(robot);
        var state = new RobotState(robot.Spec.Joints.Count);

        process.Kill();
        await UntilAsync(() => link.TryRead(state) == LinkStatus.Disconnected);

        Assert.Equal(LinkStatus.Disconnected, link.TryWrite(MonotonicTime.Zero, new double[8], new double[8]));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.ResetAsync(RandomKey.FromSeed(1), Cancellation));
        Assert.Contains("has gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposeAsync_ClientGoes_EndsTheServersProcess()
    {
        await using var process = await StartAsync(Reach);
        var robot = new RemoteSimulator(Reach, SocketOf(), new SystemClock());
        await ConnectAsync(robot);

        await robot.DisposeAsync();

        await UntilAsync(() => !process.IsRunning);
    }

    [Fact]
    public async Task ConnectAsync_ServerOfAnotherModel_IsRefused()
    {
        await using var process = await StartAsync(Reach with { ModelPath = TestModels.Shipped("cartpole.xml") });
        await using var robot = new RemoteSimulator(Reach, SocketOf(), new SystemClock());

        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.ConnectAsync(Cancellation));

        Assert.Contains("another model or other options", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_SaysSo()
    {
        await using var robot = new RemoteSimulator(Reach, SocketOf(), new SystemClock());

        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.ConnectAsync(Cancellation));

        Assert.Contains("no simulator listens there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ChildFails_IsReported()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => SimulatorProcess.StartAsync("/bin/false", [], Cancellation));

        Assert.Contains("ended before it was ready", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ChildKilledAtItsStart_IsStartedAgain()
    {
        var mark = Path.Combine(Path.GetTempPath(), $"rs-{Environment.ProcessId}-killed-once");
        try
        {
            var script = $"test -e {mark} || {{ touch {mark}; kill -9 $$; }}; echo {SimulatorProcess.ReadyLine}";

            await using var child = await SimulatorProcess.StartAsync("/bin/sh", ["-c", script], Cancellation);

            Assert.True(File.Exists(mark));
        }
        finally
        {
            File.Delete(mark);
        }
    }

    private static string SocketOf([System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        Path.Combine(Path.GetTempPath(), $"rs-{Environment.ProcessId}-{test.GetHashCode(StringComparison.Ordinal):x}.sock");

    private static Task<SimulatorProcess> StartAsync(
        SimulationOptions options, [System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        SimulatorProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Robotics.Testing.SimulatorHost"),
            [options.ModelPath, SocketOf(test), .. options.Cameras.Select(c => c.Name)],
            Cancellation);

    private static async Task<GuardedLink> ConnectAsync(RemoteSimulator robot)
    {
        await robot.ConnectAsync(Cancellation);
        return await robot.ActivateAsync(new GuardOptions(), new EmergencyStop(), Cancellation);
    }

    private static async Task<Sample<ImageLease>> NextAsync(IStreamReader<ImageLease> reader)
    {
        Sample<ImageLease> sample = default;
        await UntilAsync(() => reader.TryRead(out sample));
        return sample;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
