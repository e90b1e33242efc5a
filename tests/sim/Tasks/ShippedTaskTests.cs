using Robotics.Configuration;
using Robotics.Core;
using Robotics.Drivers.Simulation;

namespace Robotics.Tests.Sim.Tasks;

/// <summary>The task files of the checkout against the models that they name.</summary>
public class ShippedTaskTests
{
    [Theory]
    [InlineData("cartpole", 4)]
    [InlineData("reach", 17)]
    [InlineData("push", 10)]
    [InlineData("reach-50hz", 17)]
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

    /// <summary>The two joints that push are upright at the start: they move the tip without lifting it, and reach every goal's surroundings.</summary>
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

            Assert.InRange(Math.Sqrt((start.Goals["goal"][0] * start.Goals["goal"][0]) + (start.Goals["goal"][1] * start.Goals["goal"][1])), 0.25, 0.57);
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

    private static TaskDefinition Resolve(string name)
    {
        var folder = Path.GetDirectoryName(TestModels.Shipped("cartpole.xml"))!;
        var document = TaskDocument.Load(Path.Combine(folder, "..", "tasks", $"{name}.yaml"));
        using var model = MujocoModel.Load(document.ModelPath);
        return document.Resolve(new MujocoModelCatalog(model));
    }
}
