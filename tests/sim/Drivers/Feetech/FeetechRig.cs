using Robotics.Configuration.Robots;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers.Feetech;
using Robotics.Testing;
using Robotics.Testing.Emulation;
using Robotics.Testing.Emulation.Feetech;

namespace Robotics.Tests.Sim.Drivers.Feetech;

/// <summary>A shipped robot's file against an emulated bus.</summary>
internal sealed class FeetechRig : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WallPacer _pacer;
    private readonly string _yaml;
    private readonly string _path;

    public FeetechRig(Func<EmulatedFeetechServo[], EmulatedFeetechServo[]>? change = null, string robot = "so101")
    {
        _pacer = new WallPacer(Clock);
        _path = Path.Combine(Path.GetDirectoryName(TestModels.Shipped("so101.xml"))!, "..", "robots", $"{robot}.yaml");
        _yaml = File.ReadAllText(_path).Replace(
            "port: /dev/ttyACM0", $"port: {_folder.File("port")}\n  reply_timeout_ms: 40", StringComparison.Ordinal);
        var definition = Robot();
        Arm = new EmulatedArm(definition.MjcfPath!, [.. definition.Joints.Select(j => j.Name)], Clock);
        var servos = EmulatedFeetechServo.FromRobot(definition);
        Emulator = new FeetechBusEmulator(
            Arm, change?.Invoke(servos) ?? servos, Clock, new EmulatorFaults(RandomKey.FromSeed(7)), _folder.File("port"));
        Emulator.Start();
        Driver = new FeetechDriver(definition, Clock);
        State = new RobotState(definition.Joints.Count);
    }

    public SystemClock Clock { get; } = new();

    public EmulatedArm Arm { get; }

    public FeetechBusEmulator Emulator { get; }

    public FeetechDriver Driver { get; private set; }

    public RobotState State { get; }

    public RobotDefinition Robot(string find = "schema: 1", string replacement = "schema: 1") =>
        RobotDefinition.FromText(_yaml.Replace(find, replacement, StringComparison.Ordinal), _path);

    /// <summary>Takes a driver of a changed file.</summary>
    public async Task<FeetechDriver> ExchangeAsync(string find, string replacement)
    {
        await Driver.DisposeAsync();
        return Driver = new FeetechDriver(Robot(find, replacement), Clock);
    }

    public async Task<GuardedLink> ActivateAsync()
    {
        await Driver.ConnectAsync(CancellationToken.None);
        return await Driver.ActivateAsync(new GuardOptions(), new EmergencyStop(), CancellationToken.None);
    }

    /// <summary>Commands every 10 ms.</summary>
    public void Command(GuardedLink link, double seconds, Func<double, double[]> goal)
    {
        var applied = new double[State.Positions.Length];
        for (var (start, t) = (Clock.Now, 0.0); t < seconds; t = (Clock.Now - start).TotalSeconds)
        {
            link.TryWrite(Clock.Now, goal(t), applied);
            link.TryRead(State);
            _pacer.WaitUntil(Clock.Now + TimeSpan.FromMilliseconds(10));
        }
    }

    public bool Until(Func<bool> condition, double seconds = 3)
    {
        for (var end = Clock.Now + TimeSpan.FromSeconds(seconds); Clock.Now < end;)
        {
            if (condition())
                return true;
            _pacer.WaitUntil(Clock.Now + TimeSpan.FromMilliseconds(2));
        }

        return condition();
    }

    public double[] Positions() => [.. Enumerable.Range(0, Arm.Count).Select(i => Arm.Read(i).Position)];

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        Emulator.Dispose();
        Arm.Dispose();
        _folder.Dispose();
    }
}
