using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Runtime.Tasks;

namespace Robotics.Tests.Sim.Runtime;

/// <summary>The binding of inverse kinematics to the seven-joint arm's task.</summary>
public sealed class ReachKinematicsTests
{
    [Fact]
    public void Step_ActionsFollowedExactly_BringTheTipToTheTarget()
    {
        var task = TaskSession.Resolve(new TaskRequest("reach", null, null, Seed: 0, Threads: 1));
        var kinematics = new ReachKinematics(task);
        float[] posture = [0.2f, -0.4f, 0.3f, -1.2f, 0.1f, -0.5f, 0];
        var target = Tip(task, posture);
        var (observation, action) = (new float[task.Observations.Dimension], new float[task.Actions.Dimension]);
        for (var j = 0; j < posture.Length; j++)
            observation[j] = posture[j] + 0.3f;
        var before = Distance(Tip(task, observation), target);

        for (var t = 0; t < 40; t++)
        {
            kinematics.Step(observation, target, action);
            for (var j = 0; j < action.Length; j++)
                observation[j] += 0.1f * action[j];
        }

        Assert.True(before > 0.1);
        Assert.InRange(Distance(Tip(task, observation), target), 0, 1e-3);
        Assert.Equal("goal", kinematics.GoalName);
        Assert.Equal(14, kinematics.GoalOffset);
    }

    [Fact]
    public void Constructor_TaskOfAnotherKind_IsRefused()
    {
        var task = TaskSession.Resolve(new TaskRequest("cartpole", null, null, Seed: 0, Threads: 1));

        var error = Assert.Throws<UserErrorException>(() => new ReachKinematics(task));

        Assert.Contains("task 'cartpole' is not of that kind", error.Message, StringComparison.Ordinal);
    }

    private static double[] Tip(TaskDefinition task, float[] joints)
    {
        var program = task.Terms.First(t => t.Name == "tip").Kinematics!.Program;
        var point = new float[3];
        program.Evaluate(joints.AsSpan(0, 7), [], new float[program.RegisterCount], point);
        return [.. point];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
