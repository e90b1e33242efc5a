using Robotics.Configuration.Tasks;
using Robotics.Controller.Loops;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Drivers.Simulation.Rollouts;
using Robotics.Drivers.Simulation.World;
using Robotics.Runtime.LockStep;
using Robotics.Tests.Sim.Learning;
using Robotics.Tests.Sim.Runtime;

namespace Robotics.Tests.Sim.Drivers;

/// <summary>Actuators that a task leaves out keep the command they started with.</summary>
public sealed class LeftOutActuatorTests
{
    // A gripper on a tendon as published arms have it, a motor and a servo on joints of their own.
    private const string Model = """
        <mujoco>
          <option timestep="0.005" gravity="0 0 0"/>
          <worldbody>
            <body><joint name="arm" axis="0 0 1" damping="1"/><geom size="0.1" mass="1" contype="0"/></body>
            <body><joint name="left" type="slide" axis="0 1 0" damping="5"/><geom size="0.1" mass="0.1" contype="0"/></body>
            <body><joint name="right" type="slide" axis="0 -1 0" damping="5"/><geom size="0.1" mass="0.1" contype="0"/></body>
            <body><joint name="wheel" axis="0 0 1" damping="1"/><geom size="0.1" mass="1" contype="0"/></body>
            <body><joint name="lid" axis="0 0 1" damping="1"/><geom size="0.1" mass="1" contype="0"/></body>
          </worldbody>
          <tendon><fixed name="jaws"><joint joint="left" coef="0.5"/><joint joint="right" coef="0.5"/></fixed></tendon>
          <actuator>
            <position name="arm" joint="arm" kp="20" ctrlrange="-2 2" ctrllimited="true"/>
            <general name="grip" tendon="jaws" gainprm="0.0157 0 0" biastype="affine" biasprm="0 -100 -10"
              ctrlrange="0 255" ctrllimited="true"/>
            <motor name="spin" joint="wheel" gear="2" ctrlrange="-5 5" ctrllimited="true"/>
            <position name="lid" joint="lid" kp="5" ctrlrange="-2 2" ctrllimited="true"/>
          </actuator>
          <keyframe><key name="home" qpos="0.2 0.04 0.04 0 0.5" ctrl="0.2 255 1.5 0.7"/></keyframe>
        </mujoco>
        """;

    private static readonly RandomKey Key = RandomKey.FromSeed(5);

    [Fact]
    public async Task Step_GripperMotorAndServoLeftOut_KeepTheKeyframesControls()
    {
        var task = Resolve();
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), Key);
        await using var environment = await ConnectAsync(task, world);
        var step = environment.CreateStep();
        var loops = await StartAsync(environment, new GivenActionPolicy(1) { Action = { [0] = 0.5f } });

        for (var t = 0; t < 20; t++)
        {
            Assert.Equal(LinkStatus.Ok, loops.Step(step));
            Assert.Equal([255, 1.5, 0.7], world.Data.Controls[1..].ToArray());
        }

        Assert.Equal(1, world.Data.Controls[0], 1e-6);
        Assert.Equal(0.04, world.Data.Coordinates[1], 1e-3);
        Assert.Equal([255, 3, 0.7], step.Applied[1..]);
    }

    /// <summary>Holding, ramping down and stopping are the arm's: the gripper goes on holding.</summary>
    [Fact]
    public async Task Step_NoPlanAnyMore_TheGripperHoldsOn()
    {
        var task = Resolve();
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), Key);
        await using var environment = await ConnectAsync(task, world);
        var failing = new FailingPlanner { PlansUntilFailure = 5 };
        var loops = new LockStepRunner(environment, LoopController.From(failing, task.Observations.Dimension));
        await loops.ResetAsync(Key, Key, CancellationToken.None);
        var step = environment.CreateStep();

        for (var t = 0; t < 60; t++)
        {
            loops.Step(step);
            Assert.Equal(255, world.Data.Controls[1]);
        }

        Assert.True(loops.ServoCounters.Ticks(ServoMode.Stopped) > 10);
    }

    [Fact]
    public async Task Evaluate_ActuatorsLeftOut_PredictsWhatTheWorldThenDoes()
    {
        var task = Resolve();
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), Key);
        await using var environment = await ConnectAsync(task, world);
        var policy = new GivenActionPolicy(1);
        var loops = await StartAsync(environment, policy);
        using var pool = new WorkerPool(1);
        using var evaluator = new SimulatorTrajectoryEvaluator(world, SimulatorRolloutOptions.FromTask(task), pool);
        float[] actions = [0.5f, -0.5f, 1, 0.25f, -1];
        var (path, step) = (new float[actions.Length * task.Observations.Dimension], environment.CreateStep());

        evaluator.Record(environment.Observation, actions, Key, path);

        for (var t = 0; t < actions.Length; t++)
        {
            policy.Action[0] = actions[t];
            loops.Step(step);
            for (var i = 0; i < step.Observation.Length; i++)
                Assert.Equal(step.Observation[i], path[(t * step.Observation.Length) + i], 1e-5);
        }
    }

    [Fact]
    public async Task TryStop_GripperOnATendon_KeepsItsGrip()
    {
        using var fixture = await WorldFixture.CreateAsync(SimulationOptions.FromTask(Resolve()));

        fixture.Link.TryStop();
        fixture.AdvanceTo(0.5);

        Assert.Equal(255, fixture.World.Data.Controls[1]);
        Assert.Equal(0, fixture.World.Data.Controls[2]);
    }

    [Fact]
    public async Task Step_KeyframeWithoutControls_ServosHoldThePose()
    {
        var path = TestModels.Write(Model.Replace(" ctrl=\"0.2 255 1.5 0.7\"", "", StringComparison.Ordinal));
        var task = Resolve(path);
        using var world = new SimulatedWorld(SimulationOptions.FromTask(task), Key);
        await using var environment = await ConnectAsync(task, world);
        var loops = await StartAsync(environment, new GivenActionPolicy(1));

        loops.Step(environment.CreateStep());

        Assert.Equal([0, 0, 0.5], world.Data.Controls[1..].ToArray());
    }

    private static Task<TaskEnvironment> ConnectAsync(TaskDefinition task, SimulatedWorld world) => TaskEnvironment.ConnectAsync(
        task, world.Robot, world, world, world, new EmergencyStop(), CancellationToken.None);

    private static async Task<LockStepRunner> StartAsync(TaskEnvironment environment, GivenActionPolicy policy)
    {
        var loops = new LockStepRunner(environment, LoopController.From(policy, environment.Task.Observations.Dimension));
        await loops.ResetAsync(Key, Key, CancellationToken.None);
        return loops;
    }

    private static TaskDefinition Resolve(string? path = null) => SmallTask.Resolve(
        path ?? TestModels.Write(Model),
        "{joints: arm}",
        "[{name: q, joints: all}, {name: qd, joints: all, quantity: velocity}]",
        "reset: {from: home}\nreward: q.arm");
}
