using Robotics.Drivers.Simulation.World;
using Robotics.Tests.Sim.Learning;

namespace Robotics.Tests.Sim.Drivers;

/// <summary>Meaning of the actuators of published models: thrusters on sites, tendons, servos in other units.</summary>
public sealed class ActuatorTests
{
    // Four rotors that push along their sites' z, as quadrotors have them, and a moment about x.
    private const string Drone = """
        <mujoco>
          <option timestep="0.005"/>
          <worldbody>
            <body name="drone" pos="0 0 1">
              <freejoint/>
              <geom type="box" size="0.1 0.1 0.02" mass="0.4"/>
              <site name="r1" pos="0.1 0.1 0"/><site name="r2" pos="-0.1 0.1 0"/>
              <site name="r3" pos="0.1 -0.1 0"/><site name="r4" pos="-0.1 -0.1 0"/>
            </body>
          </worldbody>
          <actuator>
            <motor name="t1" site="r1" gear="0 0 2 0 0 0" ctrlrange="0 3" ctrllimited="true"/>
            <motor name="t2" site="r2" gear="0 0 1 0 0 -0.02" ctrlrange="0 6" ctrllimited="true"/>
            <motor name="t3" site="r3" gear="0 0 1 0 0 0.02" ctrlrange="0 6" ctrllimited="true"/>
            <motor name="t4" site="r4" gear="0 0 1 0 0 -0.02" ctrlrange="0 6" ctrllimited="true"/>
            <motor name="moment" site="r1" gear="0 0 0 0.001 0 0" ctrlrange="-1 1" ctrllimited="true"/>
          </actuator>
        </mujoco>
        """;

    private const string Position = "[{name: p, body: drone, source: privileged}]";

    [Fact]
    public async Task TryWrite_RotorsOnSites_CommandNewtonsAlongTheirGear()
    {
        var task = SmallTask.Resolve(TestModels.Write(Drone), "{actuators: all}", Position);
        Assert.Equal([(0, 6), (0, 6), (0, 6), (0, 6), (-0.001, 0.001)], task.Actions.Channels.Select(c => (c.Low, c.High)));
        using var fixture = await WorldFixture.CreateAsync(SimulationOptions.FromTask(task));
        var hover = 0.4 * 9.81 / 4;

        fixture.Write(hover, hover, hover, hover, 0);
        fixture.AdvanceTo(0.5);

        Assert.Equal(hover / 2, fixture.World.Data.Controls[0], 1e-9);
        Assert.Equal(1, fixture.World.Data.Coordinates[2], 1e-3);
    }

    [Fact]
    public void Load_MotorWithoutGear_IsCommandedInItsOwnUnits()
    {
        var path = TestModels.Write("""
            <mujoco><worldbody><body><joint name="j"/><geom size="0.1"/></body></worldbody>
            <actuator><motor name="m" joint="j" gear="0" ctrlrange="-3 3" ctrllimited="true"/></actuator></mujoco>
            """);

        var channel = Assert.Single(SmallTask.Resolve(path, "{actuators: m}", "[{name: q, joints: j}]").Actions.Channels);

        Assert.Equal((-3, 3), (channel.Low, channel.High));
    }

    [Fact]
    public void Resolve_FingerOfATendon_NamesTheActuatorToWrite()
    {
        var path = TestModels.Write("""
            <mujoco>
              <worldbody>
                <body><joint name="left" type="slide"/><geom size="0.1"/></body>
                <body><joint name="right" type="slide"/><geom size="0.1"/></body>
              </worldbody>
              <tendon><fixed name="jaws"><joint joint="left" coef="0.5"/><joint joint="right" coef="0.5"/></fixed></tendon>
              <actuator><position name="grip" tendon="jaws" kp="50" ctrlrange="0 0.04" ctrllimited="true"/></actuator>
            </mujoco>
            """);

        var refusal = SmallTask.Refusal(path, "{joints: right}", "[{name: q, joints: all}]");

        Assert.Equal(
            "task.yaml:7:18: joint 'right' has no actuator of its own: a tendon moves it with others; write 'actuators: grip' in place "
            + "of the joint",
            refusal);
        Assert.Equal("grip", SmallTask.Resolve(path, "{actuators: grip}", "[{name: q, joints: all}]").Actions.Channels[0].Name);
    }

    [Fact]
    public void Resolve_DegreesBesideRadians_WarnsWithFigures()
    {
        var path = TestModels.Write("""
            <mujoco>
              <worldbody><body><joint name="j" limited="true" range="-90 90"/><geom size="0.1"/></body></worldbody>
              <actuator><position name="servo" joint="j" ctrlrange="-90 90" ctrllimited="true"/></actuator>
              <keyframe><key name="far" qpos="2.5"/></keyframe>
            </mujoco>
            """);

        var task = SmallTask.Resolve(path, "{joints: j}", "[{name: q, joints: j}]", "reset: {from: far}\nreward: 1e30 * q.j");

        string[] beginnings =
        [
            "task.yaml: actuator 'servo' takes positions from -90 to 90 rad, but its joint 'j' goes from -1.5708 to 1.5708 rad",
            "task.yaml: joint 'j' starts at 2.5, outside its limits [-1.5708, 1.5708]: that is where keyframe 'far' puts it",
            "task.yaml: the reward of a step reaches 1.",
        ];
        Assert.Equal(beginnings, task.Warnings.Zip(beginnings, (w, b) => w[..b.Length]));
        Assert.Contains("e+30 at ordinary observations", task.Warnings[2], StringComparison.Ordinal);

        // The remedies that the warnings name.
        var mended = SmallTask.Resolve(
            path,
            "{joints: j, low: -1.5, high: 1.5}",
            "[{name: q, joints: j}]",
            "reset: {from: far, joints: [{joints: j, position: {uniform: [-1, 1]}}]}\nreward: q.j");
        Assert.Empty(mended.Warnings);
        Assert.Empty(SmallTask.Resolve(
            path,
            "{joints: j, reference: delta, low: -0.1, high: 0.1}",
            "[{name: q, joints: j}]",
            "limits: [{joints: j, low: -1.5, high: 1.5}]\nreward: q.j").Warnings);
    }
}
