using Robotics.Configuration.Yaml;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>Every remedy that a message about a task names is followed here, and helps.</summary>
public class TaskRemedyTests
{
    private const string Rate = "control_rate_hz: 20\nphysics_steps_per_control: 5";
    private const string Goal = "  - {name: goal, distribution: {value: [1, 0, 1]}, places: target}";

    [Theory]
    [InlineData(Rate, "control_rate_hz: 30", "nearest with whole steps: 33.333333 Hz", "control_rate_hz: 33.333333")]
    [InlineData(
        "horizon_steps: 100", "horizon_steps: 100\naction_repeat: 2", "give a divisor of 5", "horizon_steps: 100\naction_repeat: 5")]
    [InlineData("range_from: model", "mode: effort", "say 'mode: position'", "mode: position", "[shoulder, elbow]", "shoulder")]
    [InlineData(
        "range_from: model", "reference: delta", "a delta action needs 'low' and 'high'", "reference: delta\n  low: -0.1\n  high: 0.1",
        "[shoulder, elbow]", "shoulder")]
    [InlineData("range_from: model", "low: 1\n  high: 1", "'low' must be below 'high'", "low: 1\n  high: 2")]
    [InlineData(
        "site: tip}", "com: ball, source: privileged}", "add 'privileged: true' to the task", "com: ball, source: privileged}",
        "schema: 1", "schema: 1\nprivileged: true")]
    [InlineData(
        "site: tip}", "body: ball}", "use 'source: privileged'", "body: ball, source: privileged}", "schema: 1",
        "schema: 1\nprivileged: true")]
    [InlineData("site: tip}", "site: tip, body: upper}", "give one of them", "body: upper}")]
    [InlineData(
        "  - {name: q, joints: [shoulder, elbow]}", "  - {name: q, joints: [shoulder]}", "add it to a term of joints",
        "  - {name: q, joints: [shoulder]}\n  - {name: e, joints: elbow}")]
    [InlineData("name: tip, site", "name: norm, site", "choose another name", "name: tip, site")]
    [InlineData("name: arm", "name: a/b", "a name has letters, digits, '-' and '_'", "name: a-b_2")]
    [InlineData("schema: 1", "schema: 2", "this version reads 'schema: 1'", "schema: 1")]
    [InlineData("places: target", "places: upper", "unknown mocap body 'upper'; known: target", "places: target")]
    [InlineData(
        "from: home", "from: home\n  joints: [{joints: shoulder, position: {uniform: [-3, 3]}}]", "narrow the range",
        "from: home\n  joints: [{joints: shoulder, position: {uniform: [-2, 2]}}]")]
    [InlineData(
        "from: home", "joints: [{joints: [shoulder, rail], position: {uniform: [-2, 2]}}]", "leave the joint out of 'joints'",
        "joints: [{joints: [shoulder], position: {uniform: [-2, 2]}}]")]
    [InlineData(
        "from: home", "joints: [{joints: shoulder}]", "give 'position' or 'velocity'",
        "joints: [{joints: shoulder, velocity: {value: 1}}]")]
    [InlineData(
        "from: home", "minimum_distances: [{between: [tip, goal], distance: 9}]", "smaller",
        "minimum_distances: [{between: [tip, goal], distance: 0.1}]")]
    [InlineData(Goal, Goal + "\n  - {name: b, body: ball, source: privileged}", "add 'privileged: true'", Goal)]
    [InlineData(
        "reward: -distance(tip, goal)", "reward: 1 ^ 2 - distance(tip, goal)", "write '**'", "reward: 1 ** 2 - distance(tip, goal)")]
    [InlineData("reward: -distance(tip, goal)", "reward: 1 & 2", "write 'and'", "reward: 1 and 2")]
    [InlineData("reward: -distance(tip, goal)", "reward: (0 < 1 < 2)", "join two of them by 'and'", "reward: (0 < 1 and 1 < 2)")]
    [InlineData(
        "success: distance(tip, goal) < 0.05\nsuccess_hold_seconds: 0.5", "success_hold_seconds: 0.5", "there is no 'success'",
        "success: norm(q) < 1\nsuccess_hold_seconds: 0.5")]
    public void Resolve_RemedyOfTheMessage_Works(
        string old, string mistake, string remedy, string mended, string? alsoOld = null, string? also = null)
    {
        Assert.Contains(old, TaskText.Good, StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => TaskText.ResolveWith(old, mistake));
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);

        var text = TaskText.Good.Replace(old, mended, StringComparison.Ordinal);
        TaskText.Resolve(alsoOld is null ? text : ReplaceFirst(text, alsoOld, also!));
    }

    [Fact]
    public void Resolve_JointWithSeveralActuators_WorksWithTheOneThatIsNamed()
    {
        var arm = FakeModelCatalog.Arm();
        var catalog = new FakeModelCatalog
        {
            Joints = [arm.Joints[0]],
            Actuators = [arm.Actuators[0], arm.Actuators[0] with { Name = "second" }],
        };
        string Task(string action) => "schema: 1\nname: two\nmjcf: arm.xml\ncontrol_rate_hz: 20\nhorizon_steps: 5\n"
            + $"action: {action}\nobservation: [{{name: q, joints: all}}]\nreward: q.shoulder";

        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve(Task("{joints: shoulder}"), catalog));

        Assert.Equal(
            "task.yaml:6:18: joint 'shoulder' has several actuators (shoulder_servo, second); name one under 'actuators'", error.Message);
        Assert.Equal("second", TaskText.Resolve(Task("{actuators: second}"), catalog).Actions.Channels[0].Name);
    }

    [Theory]
    [InlineData(0.008333, 30, 4, "task.yaml:4:18: 30 Hz is taken as 30.0012 Hz, 4 physics steps of 0.008333 s")]
    [InlineData(0.008333333, 30, 4, null)]
    public void Resolve_RateNextToWholeSteps_IsTakenAndSaid(double timestep, double rate, int steps, string? warning)
    {
        var arm = FakeModelCatalog.Arm();
        var catalog = new FakeModelCatalog
        {
            TimestepSeconds = timestep,
            Joints = arm.Joints,
            Actuators = arm.Actuators,
            Sites = arm.Sites,
            Bodies = arm.Bodies,
            PlaceableBodies = arm.PlaceableBodies,
            Chains = arm.Chains,
        }.WithKeyframe("home", 0.5, -0.5, 0.1);
        var text = TaskText.Good.Replace(Rate, FormattableString.Invariant($"control_rate_hz: {rate}"), StringComparison.Ordinal);

        var task = TaskText.Resolve(text, catalog);

        Assert.Equal(steps, task.PhysicsStepsPerControl);
        Assert.Equal(warning is null ? rate : 1 / (steps * timestep), task.ControlRateHz);
        Assert.Equal(warning is null ? [] : [warning], task.Warnings);
        var given = text + FormattableString.Invariant($"\nphysics_steps_per_control: {steps}");
        Assert.Equal(task.ControlRateHz, TaskText.Resolve(given, catalog).ControlRateHz);
    }

    [Fact]
    public void Resolve_GoodTask_WarnsOfNothing() => Assert.Empty(TaskText.Resolve(TaskText.Good).Warnings);

    private static string ReplaceFirst(string text, string old, string replacement)
    {
        var at = text.IndexOf(old, StringComparison.Ordinal);
        return text[..at] + replacement + text[(at + old.Length)..];
    }
}
