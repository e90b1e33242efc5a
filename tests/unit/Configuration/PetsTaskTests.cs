using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Tests.Unit.Architecture;

namespace Robotics.Tests.Unit.Configuration;

/// <summary>The tasks of Chua et al. 2018 against the formulas of the published code.</summary>
public class PetsTaskTests
{
    [Fact]
    public void Cartpole_Reward_IsThePublishedFormula()
    {
        var task = Load("pets-cartpole", PetsCatalogs.Cartpole());
        Assert.Equal((25, 2, 200), (task.ControlRateHz, task.PhysicsStepsPerControl, task.HorizonSteps));
        Assert.Equal(["q.slider", "q.hinge", "qd.slider", "qd.hinge"], task.Observations.Elements.Select(e => e.Name));
        Assert.Equal(ElementEncoding.SineCosine, task.Observations.Elements[1].Encoding);
        Assert.Equal((true, 163, 180), (task.Published!.BestSoFar, task.Published.Returns[1].Return, task.Published.Returns[2].Return));
        foreach (var (x, angle, action) in new[] { (0.3, 0.0, 0.5f), (-0.7, 2.5, -1f), (0, Math.PI, 0f), (1.1, -40.0, 1f) })
        {
            var (dx, dz) = (x - (0.6 * Math.Sin(angle)), (-0.6 * Math.Cos(angle)) - 0.6);
            var expected = Math.Exp(-((dx * dx) + (dz * dz)) / 0.36) - (0.01 * 9 * action * action);
            Assert.Equal(expected, task.Reward.EvaluateScalar([(float)x, (float)angle, 5, -7], [action]), 4);
        }
    }

    [Fact]
    public void Reacher_Reward_IsThePublishedFormula()
    {
        var catalog = PetsCatalogs.Reacher();
        var task = Load("pets-reacher", catalog);
        Assert.Equal((50, 2, 150), (task.ControlRateHz, task.PhysicsStepsPerControl, task.HorizonSteps));
        Assert.Equal(17, task.Observations.Dimension);
        Assert.All(task.Observations.Elements, e => Assert.Equal(ElementEncoding.Raw, e.Encoding));
        Assert.Equal("goal.x", task.Observations.Elements[7].Name);
        var random = RandomKey.FromSeed(1).OpenStream();
        for (var trial = 0; trial < 200; trial++)
        {
            var o = new float[17];
            for (var i = 0; i < 17; i++)
            {
                var (low, high) = i < 7 ? (Math.Max(catalog.Joints[i].Low, -3), Math.Min(catalog.Joints[i].High, 3)) : (-1, 1);
                o[i] = (float)random.NextUniform(low, high);
            }

            var action = new float[7];
            action.AsSpan().Fill((float)random.NextUniform(-1, 1));
            var end = PublishedEndEffector([.. o.Take(7).Select(v => (double)v)]);
            var expected = -Squared(end, [o[7], o[8], o[9]]) - (0.01 * 7 * 400 * action[0] * action[0]);
            Assert.Equal(expected, task.Reward.EvaluateScalar(o, action), 3);
        }
    }

    [Fact]
    public void Reacher_Start_PutsTheTargetAtTheGoal()
    {
        var plan = new ResetSampler(Load("pets-reacher", PetsCatalogs.Reacher()).Reset).Sample(RandomKey.FromSeed(3));
        Assert.Equal(plan.Goals["goal"], plan.Positions.Skip(7));
        Assert.All(plan.Positions.Take(7).Concat(plan.Velocities), v => Assert.Equal(0, v));
        Assert.InRange(plan.Goals["goal"][1], 0.25 - 0.5, 0.25 + 0.5);
    }

    [Fact]
    public void Pusher_Reward_IsThePublishedFormula()
    {
        var task = Load("pets-pusher", PetsCatalogs.Pusher());
        Assert.Equal((25, 4, 150), (task.ControlRateHz, task.PhysicsStepsPerControl, task.HorizonSteps));
        Assert.Equal(20, task.Observations.Dimension);
        Assert.Equal(["tips.x", "object.x"], [task.Observations.Elements[14].Name, task.Observations.Elements[17].Name]);
        var o = new float[20];
        float[] tipsAndObject = [0.5f, -0.2f, 0.1f, 0.3f, 0.05f, -0.275f];
        tipsAndObject.CopyTo(o, 14);
        float[] action = [1, 0, -0.5f, 0, 0, 0, 0.25f];
        var near = 0.2 + 0.25 + 0.375;
        var far = 0.15 + 0.1 + 0.048;
        var cost = action.Sum(a => 4 * a * a);
        Assert.Equal((-0.5 * near) - (1.25 * far) - (0.1 * cost), task.Reward.EvaluateScalar(o, action), 4);
    }

    [Fact]
    public void Pusher_Tips_FollowFromTheJoints()
    {
        var tips = Load("pets-pusher", PetsCatalogs.Pusher()).Terms.Single(t => t.Name == "tips");
        var point = new float[3];
        tips.Kinematics!.Program.Evaluate(
            new float[tips.Kinematics.Joints.Count], [], new float[tips.Kinematics.Program.RegisterCount], point);
        Assert.Equal(0.1 + 0.4 + 0.321 + 0.1, point[0], 5);
        Assert.Equal(-0.6, point[1], 5);
        Assert.Equal(0, point[2], 5);
    }

    private static TaskDefinition Load(string name, FakeModelCatalog catalog) =>
        TaskDocument.Load(Path.Combine(Checkout.Root, "config", "tasks", $"{name}.yaml"), mjcfPath: "given.xml").Resolve(catalog);

    private static double Squared(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    /// <summary>get_EE_pos of dmbrl/env/reacher.py, on one state.</summary>
    private static double[] PublishedEndEffector(double[] theta)
    {
        var (s1, c1) = Math.SinCos(theta[0]);
        var (s2, c2) = Math.SinCos(theta[1]);
        double[] axis = [c2 * c1, c2 * s1, -s2];
        double[] across = [-s1, c1, 0];
        double[] end = [(0.1 * c1) + (0.4 * c1 * c2), (0.1 * s1) + (0.4 * s1 * c2) - 0.188, -0.4 * s2];
        foreach (var (length, hinge, roll) in new[] { (0.321, theta[3], theta[2]), (0.16828, theta[5], theta[4]) })
        {
            var third = Cross(axis, across);
            var turned = new double[3];
            for (var i = 0; i < 3; i++)
            {
                turned[i] = (Math.Cos(hinge) * axis[i]) + (Math.Sin(hinge) * Math.Sin(roll) * across[i])
                    - (Math.Sin(hinge) * Math.Cos(roll) * third[i]);
            }

            var next = Cross(turned, axis);
            var norm = Math.Sqrt(Squared(next, [0, 0, 0]));
            across = norm < 1e-30 ? across : [.. next.Select(v => v / norm)];
            axis = turned;
            end = [.. end.Zip(axis, (e, a) => e + (length * a))];
        }

        return end;
    }

    private static double[] Cross(double[] a, double[] b) =>
        [(a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0])];
}
