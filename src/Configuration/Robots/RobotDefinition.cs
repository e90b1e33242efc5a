using Robotics.Configuration.Binding;
using Robotics.Configuration.Yaml;
using Robotics.Core.Errors;
using Robotics.Core.Links;
using Robotics.Core.Spaces;

namespace Robotics.Configuration.Robots;

/// <summary>A robot's file with its places, its calibration applied. Immutable; thread-safe; for set-up.</summary>
public sealed class RobotDefinition
{
    private readonly YamlMapping _root;

    private RobotDefinition(YamlMapping root, string file)
    {
        (_root, FilePath) = (root, Path.GetFullPath(file));
        Options = OptionsBinder.BindSection<RobotOptions>(root);
        Calibration = Options.Calibration is { } path ? RobotCalibration.Load(Resolve(path)) : null;
        Joints = Calibration is null ? Options.Joints : Calibration.Apply(Options.Joints);
        var errors = new ErrorList();
        Home = ReadPose(Options.Home, errors) ?? [.. Joints.Select(j => Math.Clamp(0, j.Position[0], j.Position[1]))];
        errors.ThrowIfAny();
    }

    /// <summary>The file as written.</summary>
    public RobotOptions Options { get; }

    /// <summary>Path of the file.</summary>
    public string FilePath { get; }

    /// <summary>The robot's name.</summary>
    public string Name => Options.Name;

    /// <summary>Joints in state and command order, calibrated.</summary>
    public IReadOnlyList<RobotJointOptions> Joints { get; }

    /// <summary>The calibration; null without one.</summary>
    public RobotCalibration? Calibration { get; }

    /// <summary>[joints], home position, rad or m.</summary>
    public IReadOnlyList<double> Home { get; }

    /// <summary>Path of the robot's MJCF; null when the file names none.</summary>
    public string? MjcfPath => Options.Mjcf is { } mjcf ? Resolve(mjcf) : null;

    /// <summary>Reads a robot's file.</summary>
    /// <exception cref="UserErrorException">Something in it is wrong: one line for each error.</exception>
    public static RobotDefinition Load(string path) => FromRoot(YamlReader.ReadFile(path), path);

    /// <summary>Reads a robot from text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">The file's name: for messages, and for the folder that paths are relative to.</param>
    /// <exception cref="UserErrorException">Something in it is wrong: one line for each error.</exception>
    public static RobotDefinition FromText(string text, string file) => FromRoot(YamlReader.ReadText(text, file), file);

    /// <summary>This robot with other values laid over its file, for instance the address of an emulator.</summary>
    /// <param name="yaml">Keys of a robot's file.</param>
    /// <exception cref="UserErrorException">Something in the result is wrong: one line for each error.</exception>
    public RobotDefinition Overlay(string yaml) =>
        YamlReader.ReadText(yaml, "overlay") is YamlMapping over
            ? new RobotDefinition(_root.Overlay(over), FilePath)
            : throw new ArgumentException("An overlay needs keys.", nameof(yaml));

    /// <summary>Options of the driver, from the section <c>connection</c>.</summary>
    /// <typeparam name="T">The driver's options.</typeparam>
    /// <exception cref="UserErrorException">Something in the section is wrong, or a required key is missing.</exception>
    public T Connection<T>()
        where T : class => OptionsBinder.BindSection<T>(Options.Connection ?? throw new ConfigurationException(
            [$"{_root.Location}: the key 'connection' is missing; it says how the driver reaches the robot"]));

    /// <summary>Place of a joint in the file, for messages.</summary>
    /// <param name="joint">Index of the joint.</param>
    public SourceLocation LocationOfJoint(int joint) =>
        _root.Find("joints")?.Value is YamlSequence list && joint < list.Items.Count ? list.Items[joint].Location : _root.Location;

    /// <summary>Place of a top-level key in the file, or of the file's start when it is absent.</summary>
    public SourceLocation LocationOf(string key) => _root.Find(key)?.Value.Location ?? _root.Location;

    /// <summary>The robot as links describe it.</summary>
    /// <param name="onCommandLoss">Reaction of the device itself when commands stop coming.</param>
    /// <param name="watchdogSeconds">After how long; +∞ without a watchdog.</param>
    public RobotSpec ToSpec(CommandLossBehaviour onCommandLoss, double watchdogSeconds) => new(
        Name,
        [.. Joints.Select(j => new JointSpec(j.Name, j.Kind, j.Position[0], j.Position[1]))],
        [.. Joints.Select((j, i) => j.Mode switch
        {
            ActionMode.Position => new CommandChannel(j.Name, i, j.Mode, j.Position[0], j.Position[1]),
            ActionMode.Velocity => new CommandChannel(j.Name, i, j.Mode, -j.MaximumVelocity, j.MaximumVelocity),
            _ => new CommandChannel(j.Name, i, j.Mode, -j.MaximumEffortFraction, j.MaximumEffortFraction),
        })],
        onCommandLoss,
        watchdogSeconds);

    /// <summary>The guard's limits: the file's, with the speed of a device without a watchdog limited.</summary>
    /// <param name="speedScale">Factor on all speeds, above 0 to 1.</param>
    public GuardOptions ToGuardOptions(double speedScale = 1) => new()
    {
        Low = [.. Joints.Select(j => j.Mode == ActionMode.Position ? j.Position[0] : double.NegativeInfinity)],
        High = [.. Joints.Select(j => j.Mode == ActionMode.Position ? j.Position[1] : double.PositiveInfinity)],
        MaximumRate = [.. Joints.Select(j => j.Mode switch
        {
            ActionMode.Position => j.MaximumVelocity,
            ActionMode.Velocity => j.MaximumAcceleration,
            _ => double.PositiveInfinity,
        })],
        MaximumAcceleration = [.. Joints.Select(j => j.MaximumAcceleration)],
        MaximumTrackingError = [.. Joints.Select(j => j.MaximumTrackingError)],
        Health = new HealthLimits { Temperature = [.. Joints.Select(j => j.MaximumTemperature)] },
        Grippers = [.. Joints.Select(j => j.Gripper)],
        UnwatchedMaximumRate = Options.AcceptNoWatchdog ? double.PositiveInfinity : Options.UnwatchedMaximumVelocity,
        SpeedScale = speedScale,
    };

    private static RobotDefinition FromRoot(YamlNode root, string file) =>
        root is YamlMapping mapping
            ? new RobotDefinition(mapping, file)
            : throw new ConfigurationException([$"{root.Location}: expected the keys of a robot, found {root.Description}"]);

    private string Resolve(string path) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(FilePath) ?? "", path));

    private double[]? ReadPose(YamlMapping? node, ErrorList errors)
    {
        if (node is null)
            return null;
        var pose = Joints.Select(j => Math.Clamp(0, j.Position[0], j.Position[1])).ToArray();
        foreach (var entry in node.Entries)
        {
            var joint = Joints.TakeWhile(j => j.Name != entry.Key.Text).Count();
            if (joint == Joints.Count)
                errors.Add(entry.Key, $"unknown joint '{entry.Key.Text}'{Suggestion.For(entry.Key.Text, Joints.Select(j => j.Name))}");
            else if (ScalarConversion.Number(entry.Value, errors) is { } position)
                pose[joint] = Inside(position, Joints[joint], entry.Value, errors);
        }

        return pose;
    }

    private static double Inside(double position, RobotJointOptions joint, YamlNode at, ErrorList errors)
    {
        if (position < joint.Position[0] || position > joint.Position[1])
            errors.Add(at, $"{position} is outside the limits [{joint.Position[0]}, {joint.Position[1]}] of joint '{joint.Name}'");
        return position;
    }
}
