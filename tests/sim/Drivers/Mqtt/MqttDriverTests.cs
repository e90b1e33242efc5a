using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Time;
using Robotics.Drivers.Mqtt;
using Robotics.Testing;
using Robotics.Testing.Emulation.Mqtt;

namespace Robotics.Tests.Sim.Drivers;

public sealed class MqttDriverTests
{
    private static readonly double[] Goal = [0.3, 0.3, 0, 1.6, 0, 0.9, 0, 0.02];
    private readonly double[] _applied = new double[8];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryWrite_OverMqttnetsBroker_MovesTheArmAndStampsItsStatesHonestly(bool isBinary)
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port, isBinary);
        var link = await robot.ActivateAsync();
        var largestAge = 0.0;
        var reached = robot.Until(() => Math.Abs(robot.State.Positions[0] - 0.3) < 0.02, () =>
        {
            Assert.Equal(LinkStatus.Ok, link.TryWrite(robot.Clock.Now, Goal, _applied));
            if (link.TryRead(robot.State) == LinkStatus.Ok)
                largestAge = Math.Max(largestAge, (robot.State.ReceivedAt - robot.State.CapturedAt).TotalSeconds);
        });

        Assert.True(reached);
        Assert.Equal(0.3, robot.Arm.Read(0).Position, 0.05);
        Assert.InRange(largestAge, 0, 0.5); // the device's clock is 3 s off
        Assert.Equal("online", await broker.RetainedAsync("arm7/controller"));
        Assert.DoesNotContain(robot.Device.Log, c => c.Verdict == "retained");
        Assert.Null(await broker.RetainedAsync("arm7/command"));
    }

    [Fact]
    public async Task TryWrite_OverMosquitto_MovesTheArmAndIsSeenByMosquittoSub()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port);
        var link = await robot.ActivateAsync();
        using var listener = broker.Subscribe("arm7/command");
        var line = listener.StandardOutput.ReadLineAsync(Cancellation).AsTask();
        var reached = robot.Until(() => Math.Abs(robot.State.Positions[0] - 0.3) < 0.02 && line.IsCompleted, () =>
        {
            link.TryWrite(robot.Clock.Now, Goal, _applied);
            link.TryRead(robot.State);
        });
        listener.Kill();

        Assert.True(reached);
        Assert.Contains("\"valid_ms\":100,\"command\":[0.3,0.3,0,1.6,0,0.9,0,0.02]", await line);
    }

    [Fact]
    public async Task ConnectAsync_StatesByMosquittoPub_AreRead()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var driver = new MqttDriver(MqttFixture.Robot(broker.Port, "\n  state_timeout_seconds: 5"), new SystemClock());
        var activating = ActivateAsync(driver);
        for (var i = 1; i < 100 && !activating.IsCompleted; i++)
            await broker.PublishAsync("arm7/state", $$"""{"seq":{{i}},"stamp_ns":{{i}},"position":[0.25,0,0,0,0,0,0,0],"enabled":true}""");
        var link = await activating;
        var state = new RobotState(8);

        Assert.Equal(LinkStatus.Ok, link.TryRead(state));
        Assert.Equal((0.25, 0.0), (state.Positions[0], state.Velocities[0]));
        Assert.True(double.IsNaN(state.Efforts[0]));
    }

    [Fact]
    public async Task ConnectAsync_RetainedCommand_IsRefusedWithTheRemedy()
    {
        await using var broker = await Mosquitto.StartAsync();
        await broker.PublishAsync("arm7/command", """{"kind":"move","seq":9,"stamp_ns":9,"valid_ms":100,"command":[1,1,1,1,1,1,1,0]}""", "-r");
        await using var robot = await MqttFixture.StartAsync(broker.Port);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => robot.Driver.ConnectAsync(Cancellation));

        Assert.Contains("retained message on 'arm7/command'", error.Message);
        Assert.Contains("mosquitto_pub -h 127.0.0.1 -t 'arm7/command' -r -n", error.Message);
        Assert.All(robot.Device.Log, c => Assert.Equal("retained", c.Verdict));
    }

    [Fact]
    public async Task TryWrite_OnTheServoThread_DoesNotAllocate()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port, isBinary: true);
        var link = await robot.ActivateAsync();
        link.TryWrite(robot.Clock.Now, Goal, _applied);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            link.TryWrite(robot.Clock.Now, Goal, _applied);
            link.TryRead(robot.State);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task TryWrite_Silence_IsStoppedByTheDriverAndTheDevice()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port);
        var link = await robot.ActivateAsync();
        for (var i = 0; i < 3; i++)
            link.TryWrite(robot.Clock.Now, [2.0, 0.3, 0, 1.6, 0, 0.9, 0, 0.02], _applied);

        Assert.True(robot.Until(() => robot.Device.Log.Any(c => c.Kind == "stop")));
        Assert.True(robot.Until(() => Math.Abs(robot.Arm.GoalOf(0)) < 1.5));
        Assert.True(robot.Driver.Report().Errors[LinkErrorKind.Expired] >= 1);
    }

    [Fact]
    public async Task TryRead_LossDuplicatesReorderingAndCorruption_AreCountedAndNeverEndTheSession()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port, isBinary: true);
        var link = await robot.ActivateAsync();
        var faults = robot.Device.Faults;
        (faults.ReplyLoss, faults.Duplication, faults.Reordering, faults.Corruption) = (0.2, 0.2, 0.2, 0.1);
        var captured = new List<MonotonicTime>();
        robot.Until(() => captured.Count >= 100, () =>
        {
            if (link.TryRead(robot.State) == LinkStatus.Ok)
                captured.Add(robot.State.CapturedAt);
        });
        var report = robot.Driver.Report();

        Assert.Equal(100, captured.Count);
        Assert.Equal((ConnectionState.Connected, 1L), (report.Connection, report.Connections));
        Assert.True(report.Errors[LinkErrorKind.Unexpected] > 0);
    }

    [Fact]
    public async Task TryRead_DeviceClockIsSet_IsSaidAndAgesStayTrue()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port);
        await robot.Driver.ConnectAsync(Cancellation);
        robot.Device.Faults.ClockJump = TimeSpan.FromSeconds(97);

        Assert.True(robot.Until(() => robot.Driver.ClockJumps == 1));
        Assert.Contains("the clock of robot 'arm7-mqtt' jumped by 9", robot.Driver.Report().LastError);
    }

    [Fact]
    public async Task TryRead_BrokerRestartsAndDeviceComesBack_ReconnectsAndMovesAgain()
    {
        var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port);
        var link = await robot.ActivateAsync();
        await broker.DisposeAsync();
        Assert.True(robot.Until(() => link.TryRead(robot.State) == LinkStatus.Disconnected));
        var before = robot.Device.Log.Count;
        link.TryWrite(robot.Clock.Now, Goal, _applied);

        await using var again = await TestBroker.StartAsync(broker.Port);
        await robot.Device.ConnectAsync(again.Port);
        robot.Device.Restart();
        Assert.True(robot.Until(() => robot.Driver.Report() is { Connection: ConnectionState.Connected, Connections: 2 }));
        Assert.Equal("enable", robot.Device.Log.Skip(before).First().Kind);
        Assert.DoesNotContain(robot.Device.Log.Skip(before), c => c.Kind == "move"); // commands from before are discarded
        Assert.Equal(LinkStatus.Held, link.TryWrite(robot.Clock.Now, Goal, _applied));
        link.Resume();
        Assert.True(robot.Until(
            () => Math.Abs(robot.Arm.Read(0).Position - 0.3) < 0.05, () => link.TryWrite(robot.Clock.Now, Goal, _applied)));
    }

    [Fact]
    public async Task TryRead_DeviceFallsSilent_IsDisconnectedAndComesBack()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port, lines: "\n  state_timeout_ms: 200");
        var link = await robot.ActivateAsync();
        robot.Device.Faults.IsHalfOpen = true;
        Assert.True(robot.Until(() => link.TryRead(robot.State) == LinkStatus.Disconnected));
        Assert.Contains("no state came on the topic 'arm7/state'", robot.Driver.Report().LastError);
        robot.Device.Faults.IsHalfOpen = false;

        Assert.True(robot.Until(() => link.TryRead(robot.State) == LinkStatus.Ok));
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_SaysSo()
    {
        await using var driver = new MqttDriver(MqttFixture.Robot(TestBroker.FreePort()), new SystemClock());
        var error = await Assert.ThrowsAsync<UserErrorException>(() => driver.ConnectAsync(Cancellation));
        Assert.Contains("does not answer (Connection refused); check 'host', 'port' and 'tls'", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_NoDevice_NamesTheTopic()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var driver = new MqttDriver(MqttFixture.Robot(broker.Port, "\n  state_timeout_ms: 200"), new SystemClock());
        var error = await Assert.ThrowsAsync<UserErrorException>(() => driver.ConnectAsync(Cancellation));
        Assert.Contains("no state came on the topic 'arm7/state'", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_OtherFormat_SaysWhichToSet()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var robot = await MqttFixture.StartAsync(broker.Port, isBinary: true);
        await using var driver = new MqttDriver(MqttFixture.Robot(broker.Port, "\n  client_id: other"), robot.Clock);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => driver.ConnectAsync(Cancellation));
        Assert.Contains("is no state of robot 'arm7-mqtt': it is binary: set 'format: binary'", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_WrongPassword_NamesTheUser()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("password"), "wrong\n", Cancellation);
        await using var broker = await TestBroker.StartAsync(password: "right");
        var lines = $"\n  user: arm\n  password_file: {folder.File("password")}";
        await using var driver = new MqttDriver(MqttFixture.Robot(broker.Port, lines), new SystemClock());
        var error = await Assert.ThrowsAsync<UserErrorException>(() => driver.ConnectAsync(Cancellation));
        Assert.Contains("refuses user 'arm': user or password are wrong", error.Message);
    }

    [Fact]
    public async Task ConnectAsync_Tls_TrustsTheAuthorityOfTheFileAlone()
    {
        using var folder = new TemporaryFolder();
        using var ours = SelfSigned("127.0.0.1");
        using var other = SelfSigned("127.0.0.1");
        await File.WriteAllTextAsync(folder.File("ours.pem"), ours.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(folder.File("other.pem"), other.ExportCertificatePem(), Cancellation);
        await using var broker = await TestBroker.StartAsync(certificate: ours);
        await using var right = new MqttDriver(
            MqttFixture.Robot(broker.Port, $"\n  state_timeout_ms: 100\n  tls: {{ca_file: {folder.File("ours.pem")}}}"), new SystemClock());
        var silence = await Assert.ThrowsAsync<UserErrorException>(() => right.ConnectAsync(Cancellation));
        await using var wrong = new MqttDriver(MqttFixture.Robot(broker.Port, $"\n  tls: {{ca_file: " +
            $"{folder.File("other.pem")}}}"), new SystemClock());
        var refusal = await Assert.ThrowsAsync<UserErrorException>(() => wrong.ConnectAsync(Cancellation));

        Assert.Contains("no state came on the topic", silence.Message); // encryption and broker are fine, there is no device
        Assert.Contains("the broker's certificate is not trusted", refusal.Message);
    }

    private static async Task<GuardedLink> ActivateAsync(MqttDriver driver)
    {
        await driver.ConnectAsync(Cancellation);
        return await driver.ActivateAsync(new GuardOptions(), new EmergencyStop(), Cancellation);
    }

    private static X509Certificate2 SelfSigned(string host)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Parse(host));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
