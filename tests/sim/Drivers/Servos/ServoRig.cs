using Robotics.Configuration.Robots;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Time;
using Robotics.Drivers;
using Robotics.Drivers.Servos;
using Robotics.Testing;
using Robotics.Testing.Emulation;

namespace Robotics.Tests.Sim.Drivers.Servos;

/// <summary>Creates an emulated bus.</summary>
internal delegate TEmulator BusFactory<TEmulator>(
    RobotDefinition robot, EmulatedArm arm, SystemClock clock, EmulatorFaults faults, string link);

/// <summary>A shipped robot's file against an emulated bus.</summary>
internal abstract class ServoRig<TEmulator> : IAsyncDisposable
    where TEmulator : SerialEmulator
{
    private readonly TemporaryFolder _folder = new();
    private readonly WallPacer _pacer;
    private readonly string _yaml;
    private readonly string _path;

    protected ServoRig(string robot, BusFactory<TEmulator> create)
    {
        _pacer = new WallPacer(Clock);
        _path = Path.Combine(Path.GetDirectoryName(TestModels.Shipped("so101.xml"))!, "..", "robots", $"{robot}.yaml");
        _yaml = File.ReadAllText(_path)
            .Replace("port: /dev/tty", $"reply_timeout_ms: 40\n  port: {_folder.File("tty")}", StringComparison.Ordinal);
        var definition = Robot();
        Arm = new EmulatedArm(definition.MjcfPath!, [.. definition.Joints.Select(j => j.Name)], Clock);
        var link = (definition.Options.Connection!.Find("port")!.Value as Robotics.Configuration.Yaml.YamlScalar)!.Text;
        Emulator = create(definition, Arm, Clock, new EmulatorFaults(RandomKey.FromSeed(7)), link);
        Emulator.Start();
        Driver = (ServoBusDriver)RobotDriverFactory.Create(definition, Clock);
        State = new RobotState(definition.Joints.Count);
    }

    public SystemClock Clock { get; } = new();

    public EmulatedArm Arm { get; }

    public TEmulator Emulator { get; }

    public ServoBusDriver Driver { get; private set; }

    public RobotState State { get; }

    public RobotDefinition Robot(string find = "schema: 1", string replacement = "schema: 1") =>
        RobotDefinition.FromText(_yaml.Replace(find, replacement, StringComparison.Ordinal), _path);

    /// <summary>Takes a driver of a changed file.</summary>
    public async Task<ServoBusDriver> ExchangeAsync(string find, string replacement)
    {
        await Driver.DisposeAsync();
        return Driver = (ServoBusDriver)RobotDriverFactory.Create(Robot(find, replacement), Clock);
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
