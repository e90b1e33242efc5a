using Robotics.Configuration.Tasks;
using Robotics.Configuration.Yaml;
using Robotics.Core.Spaces;

namespace Robotics.Tests.Unit.Configuration;

public class TaskDocumentTests
{
    [Fact]
    public void Resolve_GoodTask_LaysOutTheSpaces()
    {
        var task = TaskText.Resolve(TaskText.Good);
        Assert.Equal(
            ["q.shoulder", "q.elbow", "qd.shoulder", "qd.elbow", "goal.x", "goal.y", "goal.z"],
            task.Observations.Elements.Select(e => e.Name));
        Assert.Equal(["rad", "rad", "rad/s", "rad/s", "m", "m", "m"], task.Observations.Elements.Select(e => e.Unit));
        Assert.Equal((-2f, 2f), (task.Observations.Elements[0].Low, task.Observations.Elements[0].High));
        Assert.Equal([ElementEncoding.Raw, ElementEncoding.SineCosine], task.Observations.Elements.Take(2).Select(e => e.Encoding));
        Assert.Equal(ObservationTreatment.Static, task.Observations.Elements[4].Treatment);
        Assert.Equal([0, 2, 4, -1], task.Terms.Select(t => t.Offset));
        Assert.Equal(["shoulder_servo", "elbow_motor"], task.Actions.Channels.Select(c => c.Name));
        Assert.Equal((-5, 5), (task.Actions.Channels[1].Low, task.Actions.Channels[1].High));
        Assert.Equal(10, task.SuccessHoldSteps);
    }

    [Fact]
    public void Resolve_WhatNetworksSee_IsReadTermByTerm()
    {
        var task = TaskText.ResolveWith(
            "places: target}", "places: target, input: false}\n  - {name: other, joints: shoulder, relative_to: q}");
        Assert.Equal([true, true, true, true, false, false, false, true], task.Observations.Elements.Select(e => e.IsInput));
        Assert.Equal("q.shoulder", task.Observations.Elements[7].RelativeTo);
        Assert.All(task.Observations.Elements.Take(7), e => Assert.Null(e.RelativeTo));
    }

    [Fact]
    public void Resolve_ChannelsOneByOne_KeepTheirOwnRanges()
    {
        var task = TaskText.ResolveWith(
            "  joints: [shoulder, elbow]\n  range_from: model",
            "  resampling: linear\n  channels:\n    - {actuators: elbow_motor}\n    - {joints: shoulder, reference: delta, low: -0.1, "
            + "high: 0.2}");
        Assert.Equal(
        [
            new ActionChannel("elbow_motor", ActionMode.Effort, ActionReference.Absolute, -5, 5),
            new ActionChannel("shoulder_servo", ActionMode.Position, ActionReference.Delta, -0.1, 0.2),
        ], task.Actions.Channels);
        Assert.Equal(ActionResampling.Linear, task.Actions.Resampling);
    }

    [Fact]
    public void Resolve_LimitsAndSimulation_AreRead()
    {
        var task = TaskText.Resolve(TaskText.Good + """

            limits:
              - {joints: shoulder, low: -1, maximum_rate: 2}
            simulation:
              position_noise_sd: 0.001
              command_delay_ms: 10
              cameras: [{name: wrist, width: 64, height: 48, rate_hz: 30, drop_rate: 0.1}]
            """);
        Assert.Equal([-1, double.NegativeInfinity], task.Limits.Low!);
        Assert.Equal([2, double.PositiveInfinity], task.Limits.MaximumRate!);
        Assert.Equal(TimeSpan.FromMilliseconds(10), task.Simulation.CommandDelay);
        Assert.Equal("wrist", Assert.Single(task.Simulation.Cameras).Name);
    }

    [Fact]
    public void Resolve_Overlay_ChangesSectionsOnly()
    {
        var text = TaskText.Good + "\nplanner: {population: 400, horizon: 25}";
        var task = TaskDocument.FromText(text, "task.yaml", "planner: {population: 100}\ntraining: {epochs: 2}", "arm.xml").Resolve(
            FakeModelCatalog.Arm());
        Assert.Equal("100", ((YamlScalar)task.PlannerSection!.Find("population")!.Value).Text);
        Assert.Equal("25", ((YamlScalar)task.PlannerSection.Find("horizon")!.Value).Text);
        Assert.NotNull(task.TrainingSection);
        Assert.Equal(TaskText.Resolve(TaskText.Good).Hash, task.Hash);
    }

    [Fact]
    public void Resolve_ActionRepeat_CountsTheRewardAtTheEndSoOften()
    {
        var (once, often) = (
            TaskText.Resolve(TaskText.Good), TaskText.ResolveWith("horizon_steps: 100", "action_repeat: 5\nhorizon_steps: 100"));
        var (observation, action) = (new float[] { 0.3f, -0.4f, 1.5f, -2.5f, 1, 0, 1 }, new float[] { 0.5f, -0.25f });

        Assert.Equal((1, 5, 5), (once.ActionRepeat, often.ActionRepeat, often.PhysicsStepsPerControl));
        Assert.Equal(5 * once.Reward.EvaluateScalar(observation, action), often.RewardAtEnd.EvaluateScalar(observation, action), 1e-5f);
        Assert.Equal(once.Reward.Hash, often.Reward.Hash);
        Assert.NotEqual(once.Hash, often.Hash);
    }

    [Fact]
    public void Hash_AnotherReward_Differs() => Assert.NotEqual(
        TaskText.Resolve(TaskText.Good).Hash, TaskText.ResolveWith("0.1 * squared_norm", "0.2 * squared_norm").Hash);

    [Fact]
    public void Resolve_JointThatDoesNotMoveThePoint_NeedNotBeObserved()
    {
        var task = TaskText.ResolveWith(
            "  - {name: q, joints: [shoulder, elbow]}\n", "  - {name: q, joints: rail}\n  - {name: s, joints: shoulder}\n  - {name: "
            + "base, body: upper}\n  - {name: e, joints: elbow}\n");
        Assert.Empty(task.Terms.Single(t => t.Name == "base").Kinematics!.Joints);
        Assert.Equal(["shoulder", "elbow"], task.Terms.Single(t => t.Name == "tip").Kinematics!.Joints);
    }
}
