using Robotics.Configuration.Resets;
using Robotics.Configuration.Tasks;
using Robotics.Core.Randomness;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Learning;

/// <summary>The task files of the checkout against the models that they name.</summary>
public class ShippedTaskTests
{
    [Theory]
    [InlineData("cartpole", 4)]
    [InlineData("reach", 17)]
    [InlineData("push", 10)]
    [InlineData("reach-50hz", 17)]
    [InlineData("cartpole-swingup", 7)]
    [InlineData("cartpole-swingup-pixels", 7)]
    public void Resolve_ShippedTask_FitsItsModel(string name, int dimension)
    {
        var task = Resolve(name);
        Assert.Equal(dimension, task.Observations.Dimension);
        Assert.True(float.IsFinite(task.Reward.EvaluateScalar(new float[dimension], new float[task.Actions.Dimension])));
    }

    /// <summary>An arm with seven joints reaches a point if its distance from the shoulder is within the links' reach.</summary>
    [Fact]
    public void Sample_Reach_GoalsAreWithinReachAndAwayFromTheTip()
    {
        var sampler = new ResetSampler(Resolve("reach").Reset);
        for (var i = 0; i < 200; i++)
        {
            var goal = sampler.Sample(RandomKey.FromSeed(1).Derive((ulong)i)).Goals["goal"];
            var reach = Math.Sqrt((goal[0] * goal[0]) + (goal[1] * goal[1]) + ((goal[2] - 0.3) * (goal[2] - 0.3)));
            Assert.InRange(reach, 0.3, 0.75);
        }
    }

    /// <summary>
    /// The two joints that push are upright at the start: they move the tip without lifting it, and reach every goal's surroundings.
    /// </summary>
    [Fact]
    public void Sample_Push_TipStaysAtThePucksHeightWhereverTheTwoJointsTurn()
    {
        var task = Resolve("push");
        var tip = task.Terms.Single(t => t.Name == "tip").Kinematics!;
        var sampler = new ResetSampler(task.Reset);
        using var model = MujocoModel.Load(TestModels.Shipped("arm7_push.xml"));
        var joints = new MujocoModelCatalog(model).Joints.Select(j => j.Name).ToList();
        for (var i = 0; i < 50; i++)
        {
            var start = sampler.Sample(RandomKey.FromSeed(2).Derive((ulong)i));
            float[] angles = [.. tip.Joints.Select(j => (float)start.Positions[joints.IndexOf(j)])];
            for (var turn = -0.5f; turn <= 0.5f; turn += 0.25f)
            {
                angles[0] += turn;
                angles[3] -= turn;
                var point = new float[3];
                tip.Program.Evaluate(angles, [], new float[tip.Program.RegisterCount], point);
                Assert.InRange(point[2], 0.065f, 0.105f);
            }

            Assert.InRange(
                Math.Sqrt((start.Goals["goal"][0] * start.Goals["goal"][0]) + (start.Goals["goal"][1] * start.Goals["goal"][1])), 0.25,
                0.57);
        }
    }

    [Fact]
    public void Reward_CartpoleUprightAtRest_IsTheLargest()
    {
        var task = Resolve("cartpole");
        Assert.Equal(1, task.Reward.EvaluateScalar([0, 0, 0, 0], [0]), 4);
        Assert.InRange(task.Reward.EvaluateScalar([0, MathF.PI, 0, 0], [0]), 0, 0.03f);
        Assert.True(task.Success!.EvaluateScalar([0, 0.1f, 0, 0], [0]) > 0);
        Assert.False(task.Success.EvaluateScalar([0, 0.4f, 0, 0], [0]) > 0);
    }

    /// <summary>
    /// dm_control's smooth reward in closed form: Gaussian tolerances are 0.1^(d²) at d margins, the quadratic one is 1 − a².
    /// </summary>
    [Theory]
    [InlineData("cartpole-swingup", 0, 0, 0, 0, 1.0)]
    [InlineData("cartpole-swingup", 0, 0, 0, 1, 0.8)]
    [InlineData("cartpole-swingup", 2, 0, 0, 0, 0.55)]
    [InlineData("cartpole-swingup", 0, 0, -5, 0, 0.55)]
    [InlineData("cartpole-swingup", 0, Math.PI / 2, 0, 0, 0.5)]
    [InlineData("cartpole-swingup", 0, -7 * Math.PI, 0, 0, 0.0)]
    [InlineData("cartpole-swingup-pixels", 1, 1, 2.5, -0.5, null)]
    public void Reward_CartpoleSwingup_IsThatOfTheSuite(string name, double x, double angle, double speed, double action, double? given)
    {
        static double Gaussian(double margins) => Math.Pow(0.1, margins * margins);
        var expected = (1 + Math.Cos(angle)) / 2 * (1 + Gaussian(x / 2)) / 2
            * (4 + (1 - (action * action))) / 5 * (1 + Gaussian(speed / 5)) / 2;
        var task = Resolve(name);

        Assert.Equal(expected, task.Reward.EvaluateScalar([(float)x, (float)angle, 0, (float)speed, 0, 0, 0], [(float)action]), 1e-5);
        Assert.Equal(given ?? expected, expected, 1e-9);
        Assert.Equal((8, 125, 12.5), (task.ActionRepeat, task.HorizonSteps, task.ControlRateHz));
    }

    private static TaskDefinition Resolve(string name)
    {
        var folder = Path.GetDirectoryName(TestModels.Shipped("cartpole.xml"))!;
        var document = TaskDocument.Load(Path.Combine(folder, "..", "tasks", $"{name}.yaml"));
        using var model = MujocoModel.Load(document.ModelPath);
        return document.Resolve(new MujocoModelCatalog(model));
    }
}
