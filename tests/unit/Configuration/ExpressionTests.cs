using Robotics.Configuration.Yaml;

namespace Robotics.Tests.Unit.Configuration;

public class ExpressionTests
{
    // q = (0.3, -0.4), qd = (1.5, -2.5), goal = (1, 0, 1), action = (0.5, -0.25)
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", 5)]
    [InlineData("-2 * -3", 6)]
    [InlineData("2 - 3 - 4", -5)]
    [InlineData("8 / 4 / 2", 1)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("1.5e1 + .5", 15.5)]
    [InlineData("q[0] + q.elbow", -0.1)]
    [InlineData("goal.x + goal.z", 2)]
    [InlineData("sum(goal[0:2])", 1)]
    [InlineData("sum(q * qd)", 1.45)]
    [InlineData("dot(q, qd)", 1.45)]
    [InlineData("product(q)", -0.12)]
    [InlineData("norm(q)", 0.5)]
    [InlineData("squared_norm(q)", 0.25)]
    [InlineData("norm(q[1])", 0.4)]
    [InlineData("distance(goal, [1, 3, 5])", 5)]
    [InlineData("squared_distance(goal, [1, 3, 5])", 25)]
    [InlineData("l1_distance(goal, [1, 3, 5])", 7)]
    [InlineData("min(q)", -0.4)]
    [InlineData("max(1, q.shoulder, 2)", 2)]
    [InlineData("sum(min(q, 0))", -0.4)]
    [InlineData("exp(0) + sqrt(4) + abs(-2) + square(3)", 14)]
    [InlineData("sin(pi / 2) + cos(pi) + tanh(0)", 0)]
    [InlineData("clamp(5, 0, 1) + clamp(-5, 0, 1) + clamp(0.5, 0, 1)", 1.5)]
    [InlineData("greater(2, 1) + greater(1, 1) + (1 < 2) + (1 > 2)", 2)]
    [InlineData("where(q.shoulder > 0, 10, 20) + where(q.elbow > 0, 1, 2)", 12)]
    [InlineData("sum(concat(q, 1, [2, 3]))", 5.9)]
    [InlineData("(1 <= 1) + (2 <= 1) + (1 >= 1) + (0 >= 1) + (1 == 1) + (1 == 2) + (1 != 1) + (1 != 2)", 4)]
    [InlineData("(q.shoulder >= q.shoulder) + (q[0] == 0.3) + (q[0] <= q[1])", 2)]
    [InlineData("(1 > 0 and 2 > 1) + (1 > 0 and 1 > 2) + (1 > 2 or 2 > 1) + (0 or 0) + (not 0) + (not 1 > 0) + (not not 3)", 4)]
    [InlineData("1 or 0 and 0", 1)]
    [InlineData("not 1 == 2 and 1", 1)]
    [InlineData("2 ** 3 ** 2 + -2 ** 2 + 2 ** -1 + (-2) ** 3 + pow(9, 0.5)", 503.5)]
    [InlineData("q.shoulder ** 2 + q.elbow ** 3 + goal.x ** 0.5 + q[0] ** 0", 2.026)]
    [InlineData("pow(q[0], goal.x) + log(exp(2)) + log(q.shoulder)", 2.3 - 1.2039728)]
    [InlineData("atan2(1, -1) + atan2(q.elbow, q.shoulder)", 2.3561945 - 0.9272952)]
    [InlineData("q[-1] + q[-2] + sum(goal[-3:-1])", 0.9)]
    [InlineData("q['elbow'] + goal['z']", 0.6)]
    [InlineData("where(abs(goal.y) > 0, goal.y / goal.y, 1)", 1)]
    [InlineData("where(goal.x, 2, log(goal.y) / goal.y)", 2)]
    [InlineData("action.shoulder_servo + action[1]", 0.25)]
    [InlineData("command[0]", 1)]
    [InlineData("command[1]", -1.25)]
    public void Evaluate_KnownOperands_GivesTheClosedForm(string expression, double expected) =>
        Assert.Equal(expected, TaskText.Value(expression), 5);

    [Theory]
    [InlineData("left-hip-roll")]
    [InlineData("left/hip")]
    [InlineData("left.hip")]
    public void Evaluate_NameWithOtherSigns_StandsInBrackets(string joint)
    {
        var arm = FakeModelCatalog.Arm();
        var catalog = new FakeModelCatalog
        {
            Joints = [arm.Joints[0] with { Name = joint }],
            Actuators = [arm.Actuators[0] with { JointName = joint }],
        };
        string Task(string reward) => """
            schema: 1
            name: odd
            mjcf: arm.xml
            control_rate_hz: 20
            horizon_steps: 10
            action: {joints: all}
            observation: [{name: q, joints: all}]
            reward:
            """ + " " + reward;

        Assert.Equal(0.25f, TaskText.Resolve(Task($"q[\"{joint}\"]"), catalog).Reward.EvaluateScalar([0.25f], [0]));
        var error = Assert.Throws<ConfigurationException>(() => TaskText.Resolve(Task($"q.{joint}"), catalog));
        Assert.Equal(
            "task.yaml:8:11: unknown element 'left'; a name with other signs than letters, digits and underscores stands in brackets: "
            + $"q[\"{joint}\"]",
            error.Message);
    }

    [Fact]
    public void Evaluate_DerivedPoint_FollowsTheObservedJoints()
    {
        // Both hinges turn about −y: the angles add up, counted from x towards z.
        var (a, b) = (0.3, 0.3 - 0.4);
        Assert.Equal(Math.Cos(a) + Math.Cos(b), TaskText.Value("tip.x"), 5);
        Assert.Equal(0, TaskText.Value("tip.y"), 5);
        Assert.Equal(Math.Sin(a) + Math.Sin(b), TaskText.Value("tip.z"), 5);
    }

    [Fact]
    public void Evaluate_Definition_IsItsExpression()
    {
        var task = TaskText.ResolveWith(
            "reward: -distance(tip, goal)", "define:\n  gap: goal - tip\n  far: norm(gap)\nreward: -far");
        var plain = TaskText.Resolve(TaskText.Good);
        Assert.Equal(
            plain.Success!.EvaluateScalar([0.3f, -0.4f, 0, 0, 1, 0, 1], [0, 0]),
            task.Success!.EvaluateScalar([0.3f, -0.4f, 0, 0, 1, 0, 1], [0, 0]));
        Assert.Equal(
            plain.Reward.EvaluateScalar([0.3f, -0.4f, 0, 0, 1, 0, 1], [0.1f, 1]),
            task.Reward.EvaluateScalar([0.3f, -0.4f, 0, 0, 1, 0, 1], [0.1f, 1]), 6);
    }

    /// <summary>Peer: dm_control's rewards.tolerance, computed by hand from its definitions.</summary>
    [Theory]
    [InlineData("gaussian", 0.1)]
    [InlineData("hyperbolic", 0.2)]
    [InlineData("long_tail", 0.1)]
    [InlineData("reciprocal", 0.3)]
    [InlineData("cosine", 0.1)]
    [InlineData("linear", 0.0)]
    [InlineData("quadratic", 0.2)]
    [InlineData("tanh_squared", 0.1)]
    public void Tolerance_EverySigmoid_FallsAsDefined(string sigmoid, double atMargin)
    {
        foreach (var x in new[] { -4.0, -1.0, 0.0, 0.5, 1.0, 1.4, 2.0, 3.0, 9.0 })
        {
            var text = FormattableString.Invariant($"tolerance({x}, 0, 1, margin=2, sigmoid='{sigmoid}', value_at_margin={atMargin})");
            var outside = Math.Max(Math.Max(-x, x - 1), 0) / 2;
            Assert.Equal(outside == 0 ? 1 : Sigmoid(sigmoid, outside, atMargin), TaskText.Value(text), 4);
        }
    }

    [Fact]
    public void Tolerance_NoMargin_IsOneWithinTheBoundsOnly()
    {
        Assert.Equal(1, TaskText.Value("tolerance(1, 0, 1)"));
        Assert.Equal(0, TaskText.Value("tolerance(1.001, 0, 1)"));
        Assert.Equal(1, TaskText.Value("tolerance(1e6, 0, inf)"));
        Assert.Equal(1, TaskText.Value("tolerance(-1e6, -inf, 0)"));
    }

    private static double Sigmoid(string name, double x, double v)
    {
        switch (name)
        {
            case "gaussian":
                var g = Math.Sqrt(-2 * Math.Log(v));
                return Math.Exp(-0.5 * x * g * x * g);
            case "hyperbolic":
                return 1 / Math.Cosh(x * Math.Acosh(1 / v));
            case "long_tail":
                var t = Math.Sqrt((1 / v) - 1);
                return 1 / ((x * t * x * t) + 1);
            case "reciprocal":
                return 1 / ((Math.Abs(x) * ((1 / v) - 1)) + 1);
            case "cosine":
                var c = x * Math.Acos((2 * v) - 1) / Math.PI;
                return Math.Abs(c) < 1 ? (1 + Math.Cos(Math.PI * c)) / 2 : 0;
            case "linear":
                var l = x * (1 - v);
                return Math.Abs(l) < 1 ? 1 - l : 0;
            case "quadratic":
                var q = x * Math.Sqrt(1 - v);
                return Math.Abs(q) < 1 ? 1 - (q * q) : 0;
            default:
                var h = Math.Tanh(x * Math.Atanh(Math.Sqrt(1 - v)));
                return 1 - (h * h);
        }
    }
}
