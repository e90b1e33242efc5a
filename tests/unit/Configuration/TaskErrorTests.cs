using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Controller.Planning;
using Robotics.Core.Errors;
using Robotics.Learning.Settings;

namespace Robotics.Tests.Unit.Configuration;

public class TaskErrorTests
{
    private const string Reward = "reward: -distance(tip, goal) - 0.1 * squared_norm(action)";

    [Theory]
    [InlineData("horizon_steps: 100", "horizon_step: 100", "task.yaml:6:1: unknown key 'horizon_step'; did you mean 'horizon_steps'?")]
    [InlineData("horizon_steps: 100", "horizon_steps: many", "task.yaml:6:16: expected a number, found 'many'")]
    [InlineData("horizon_steps: 100", "horizon_steps: 0", "task.yaml:6:16: 'horizon_steps' must be 1 or more, not 0")]
    [InlineData("horizon_steps: 100", "horizon_steps: 1.5", "task.yaml:6:16: expected a whole number, found '1.5'")]
    [InlineData("horizon_steps: 100", "name: arm", "task.yaml:6:1: the key 'name' was already given in line 2")]
    [InlineData(
        "physics_steps_per_control: 5", "physics_steps_per_control: 4",
        "task.yaml:5:28: 4 physics steps of 0.01 s give 25 Hz, but 'control_rate_hz' is 20")]
    [InlineData(
        "horizon_steps: 100", "action_repeat: 2\nhorizon_steps: 100",
        "task.yaml:6:16: an action lasts 5 physics steps, which cannot be divided into 2 equal parts; give a divisor of 5")]
    [InlineData(
        "control_rate_hz: 20\nphysics_steps_per_control: 5", "control_rate_hz: 30",
        "task.yaml:4:18: 30 Hz is 3.333 physics steps of 0.01 s; nearest with whole steps: 33.333333 Hz")]
    [InlineData("name: arm", "name: a/b", "task.yaml:2:7: 'a/b' is no task's name")]
    [InlineData(
        "success: distance(tip, goal)", "simulation: {command_delay_ms: inf}\nsuccess: distance(tip, goal)",
        "task.yaml:16:32: 'inf' is too long a time")]
    [InlineData("schema: 1", "schema: 2", "task.yaml:1:9: this version reads 'schema: 1', not '2'")]
    [InlineData("from: home", "from: hone", "task.yaml:19:9: unknown keyframe 'hone'; did you mean 'home'?")]
    [InlineData(
        "horizon_steps: 100", "horizon_steps: 100\ndiverged: never",
        "task.yaml:7:11: 'diverged' is 'discard', or the return of an episode whose simulation diverges, not 'never'")]
    [InlineData(
        "from: home", "from: home\nestimator: {terms: [q, goa]}", "task.yaml:20:24: unknown observed term 'goa'; did you mean 'goal'?")]
    [InlineData(
        "from: home", "from: home\nestimator: {cameras: [front]}",
        "task.yaml:20:23: no camera 'front' under simulation: cameras, so that none would be rendered; there are none")]
    [InlineData("from: home", "from: [home", "task.yaml:19:9: the '[' that begins here is never closed")]
    [InlineData(
        "  joints: [shoulder, elbow]\n", "  joints: [shoulder, elbo]\n", "task.yaml:8:22: unknown joint 'elbo'; did you mean 'elbow'?")]
    [InlineData(
        "  joints: [shoulder, elbow]\n", "  joints: [rail]\n", "task.yaml:8:12: joint 'rail' has no actuator; known: shoulder, elbow")]
    [InlineData(
        "range_from: model", "mode: effort",
        "task.yaml:9:9: actuator 'shoulder_servo' takes position, not effort; say 'mode: position', or make it a <motor> in the MJCF")]
    [InlineData("range_from: model", "reference: delta", "task.yaml:8:3: a delta action needs 'low' and 'high'")]
    [InlineData(
        "range_from: model", "low: -1\n  high: [1, 9]",
        "task.yaml:10:13: the range [-1, 9] leaves the model's range [-5, 5] of actuator 'elbow_motor'")]
    [InlineData(
        "range_from: model", "low: 1\n  high: 1",
        "task.yaml:9:8: the range [1, 1] of actuator 'shoulder_servo' is empty; 'low' must be below 'high'")]
    [InlineData("range_from: model", "resampling: spline", "task.yaml:9:15: 'spline' is none of hold, linear")]
    [InlineData("site: tip}", "site: top}", "task.yaml:14:23: unknown site 'top'; did you mean 'tip'?")]
    [InlineData("site: tip}", "body: ball}", "task.yaml:14:23: where 'ball' is does not follow from joint angles")]
    [InlineData("site: tip}", "com: ball, source: privileged}", "task.yaml:14:36: 'tip' is privileged")]
    [InlineData("site: tip}", "site: tip, source: measured}", "task.yaml:14:36: a point of the model is kinematic")]
    [InlineData("site: tip}", "site: tip, body: upper}", "task.yaml:14:28: 'body' cannot be combined with 'site'; give one of them")]
    [InlineData(
        "name: tip, site", "name: norm, site", "task.yaml:14:12: 'norm' has a meaning of its own in expressions; choose another name")]
    [InlineData(
        "joints: [shoulder, elbow]}", "joints: [shoulder]}",
        "task.yaml:14:5: 'tip' cannot be derived: it moves with joint 'elbow', whose position is not observed")]
    [InlineData("quantity: velocity", "quantity: velocity, encoding: sin_cos", "task.yaml:12:73: 'qd.shoulder' is no angle")]
    [InlineData("site: tip}", "site: tip, input: false}", "task.yaml:14:28: 'input' has no meaning here: a derived term is in no vector")]
    [InlineData(
        "quantity: velocity", "quantity: velocity, relative_to: q",
        "task.yaml:12:76: 'qd' cannot be relative to 'q': each of its numbers needs one there in the same unit")]
    [InlineData(
        "places: target", "places: target, relative_to: gaol", "task.yaml:13:81: no term 'gaol' stands above in the observation vector")]
    [InlineData("places: target", "places: upper", "task.yaml:13:60: unknown mocap body 'upper'")]
    [InlineData("value: [1, 0, 1]", "value: [1, 0]", "task.yaml:13:57: a body is placed at 3 coordinates, but the goal has 2")]
    [InlineData("value: [1, 0, 1]", "ball: {centre: [0, 0, 0], radius: 0}", "task.yaml:13:67: 'radius' must be above 0")]
    [InlineData(Reward, "reward: [1, 2]", "task.yaml:15:9: expected an expression, found a list")]
    [InlineData(Reward, "define: {}", "task.yaml:1:1: the key 'reward' is missing")]
    public void Resolve_OneMistake_PointsAtIt(string old, string replacement, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => TaskText.ResolveWith(old, replacement));
        Assert.True(error.Errors.Any(e => e.StartsWith(expected, StringComparison.Ordinal)), $"{error.Message}\nexpected {expected}");
    }

    [Theory]
    [InlineData("reward: distance(tip, gaol)", "task.yaml:15:23: unknown name 'gaol'; did you mean 'goal'?")]
    [InlineData("reward: 'distance(tip, gaol)'", "task.yaml:15:24: unknown name 'gaol'")]
    [InlineData(
        "reward: >-\n  0.5 * norm(q)\n  + distanse(tip, goal)", "task.yaml:17:5: unknown function 'distanse'; did you mean 'distance'?")]
    [InlineData(
        "reward: tolerance(norm(q), 0, 1,\n  sigmoid='gausian')", "task.yaml:16:11: unknown sigmoid 'gausian'; did you mean 'gaussian'?")]
    [InlineData("reward: 'tolerance(norm(q), 0, 1, sigmoid=''round'')'", "task.yaml:15:43: unknown sigmoid 'round'")]
    [InlineData("reward: q", "task.yaml:15:9: the reward must be one number, but this is a vector of 2")]
    [InlineData("reward: norm(q + goal)", "task.yaml:15:16: a vector of 2 does not fit a vector of 3")]
    [InlineData("reward: norm(q[2])", "task.yaml:15:16: there is no element 2: the vector has elements 0 to 1")]
    [InlineData("reward: q.elbo", "task.yaml:15:11: unknown element 'elbo'; did you mean 'elbow'?")]
    [InlineData("reward: distance(q, tip[0:2])", "task.yaml:15:9: rad cannot be compared with m")]
    [InlineData("reward: greater(q.elbow, qd.elbow)", "task.yaml:15:9: rad cannot be compared with rad/s")]
    [InlineData("reward: 1 + * 2", "task.yaml:15:13: expected a number, a name, '(' or '[', found '*'")]
    [InlineData("reward: norm(q", "task.yaml:15:15: expected ',', found the end of the expression")]
    [InlineData("reward: 1 ^ 2", "task.yaml:15:11: '^' has no meaning in an expression; write '**'")]
    [InlineData("reward: 1 < 2 < 3", "task.yaml:15:15: comparisons cannot be chained; join two of them by 'and'")]
    [InlineData("reward: q[-3]", "task.yaml:15:11: there is no element -3: the vector has elements 0 to 1")]
    [InlineData("reward: sum(q[1:-1])", "task.yaml:15:15: the range 1:-1 is empty")]
    [InlineData("reward: q.elbow >= qd.elbow", "task.yaml:15:17: rad cannot be compared with rad/s")]
    [InlineData("reward: 1 and", "task.yaml:15:14: expected a number, a name, '(' or '[', found the end of the expression")]
    [InlineData("reward: norm()", "task.yaml:15:9: 'norm' takes 1 argument, found 0")]
    [InlineData("reward: tolerance(norm(q), 0, norm(qd))", "task.yaml:15:31: 'upper' must be a fixed number")]
    [InlineData("reward: tolerance(norm(q), 2, 1)", "task.yaml:15:28: 'lower' (2) is above 'upper' (1)")]
    public void Resolve_MistakeInExpression_PointsAtTheCharacter(string reward, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => TaskText.ResolveWith(Reward, reward));
        Assert.True(error.Message.StartsWith(expected, StringComparison.Ordinal), $"{error.Message}\nexpected {expected}");
    }

    [Fact]
    public void Resolve_SeveralMistakes_ReportsThemTogetherInOrder()
    {
        var text = TaskText.Good
            .Replace("horizon_steps: 100", "horizon_steps: -1", StringComparison.Ordinal)
            .Replace("site: tip", "site: tap", StringComparison.Ordinal)
            .Replace("from: home", "form: home\n  minimum_distances: [{between: [tip, goal], distance: 1}]", StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve(text));
        Assert.Equal([6, 14, 19], error.Errors.Select(e => int.Parse(e.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Resolve_MistakesInResetAndReward_ReportsBoth()
    {
        var text = TaskText.Good
            .Replace("-distance(tip", "-distanc(tip", StringComparison.Ordinal)
            .Replace("from: home", "from: hone", StringComparison.Ordinal);
        Assert.Equal(2, Assert.Throws<ConfigurationException>(() => TaskText.Resolve(text)).Errors.Count);
    }

    [Fact]
    public void Resolve_ElevenMistakes_ShowsTenAndCountsTheRest()
    {
        var text = TaskText.Good + "\n" + string.Join('\n', Enumerable.Range(0, 11).Select(i => $"wrong_key_{i}: 1"));
        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve(text));
        Assert.Equal(11, error.Errors.Count);
        Assert.EndsWith("and 1 more errors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromText_ExternalModelNotNamed_SaysHowToNameIt()
    {
        var text = TaskText.Good.Replace("arm.xml", "external", StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => TaskDocument.FromText(text, "task.yaml"));
        Assert.Equal("task.yaml:3:7: the MJCF file of this task comes from outside; name it with --mjcf FILE", error.Message);
    }

    [Fact]
    public void Load_NoSuchFile_IsAUserError()
    {
        var error = Assert.ThrowsAny<UserErrorException>(() => TaskDocument.Load("nowhere/task.yaml"));
        Assert.StartsWith("nowhere/task.yaml: the file cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromText_OverlayWithAWrongKey_NamesTheOverlay()
    {
        var document = TaskDocument.FromText(TaskText.Good, "task.yaml", "planer: {}", "arm.xml");
        var error = Assert.Throws<ConfigurationException>(() => document.Resolve(FakeModelCatalog.Arm()));
        Assert.Equal("overlay:1:1: unknown key 'planer'; did you mean 'planner'?", error.Message);
    }

    [Fact]
    public void Resolve_ModelWithoutActuators_SaysWhatIsMissing()
    {
        var arm = FakeModelCatalog.Arm();
        var bare = new FakeModelCatalog
        {
            Joints = arm.Joints,
            Sites = arm.Sites,
            Bodies = arm.Bodies,
            PlaceableBodies = arm.PlaceableBodies,
            Chains = arm.Chains,
        };
        var text = TaskText.Good.Replace("[shoulder, elbow]\n  range", "all\n  range", StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve(text, bare.WithKeyframe("home", 0, 0, 0)));
        Assert.StartsWith(
            "task.yaml:8:3: nothing is commanded: the model has no such actuator", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_MistakesInAllParts_TellsThemTogether()
    {
        var text = TaskText.Good.Replace("horizon_steps: 100", "horizn_steps: 100", StringComparison.Ordinal)
            .Replace("site: tip", "site: top", StringComparison.Ordinal) + "\nplanner: {kind: cemm, horizon: 0}\ntraining: "
                + "{random_trials: -1}";
        var sections = new Dictionary<string, Type> { ["planner"] = typeof(PlannerOptions), ["training"] = typeof(ReinforcementOptions) };
        var document = TaskDocument.FromText(text, "task.yaml", mjcfPath: "arm.xml", sections: sections);
        var error = Assert.Throws<ConfigurationException>(() => document.Resolve(FakeModelCatalog.Arm()));
        string[] places = ["1:1", "6:1", "14:23", "20:17", "20:32", "21:27"];
        Assert.Equal(places.Select(p => $"task.yaml:{p}"), error.Errors.Select(e => e.Split(": ")[0]));
    }

    [Fact]
    public void FromText_NoModel_TellsTheSectionsMistakesToo()
    {
        var text = TaskText.Good.Replace("arm.xml", "external", StringComparison.Ordinal) + "\nplanner: {horizon: 0}";
        var sections = new Dictionary<string, Type> { ["planner"] = typeof(PlannerOptions) };
        var error = Assert.Throws<ConfigurationException>(() => TaskDocument.FromText(text, "task.yaml", sections: sections));
        Assert.Equal(2, error.Errors.Count);
    }
}
