using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Tests.Sim.Drivers;

public sealed class MujocoDataTests
{
    private const string Pendulum = """
        <mujoco>
          <option timestep="0.001" integrator="RK4"/>
          <worldbody>
            <body><joint name="swing" type="hinge" axis="0 1 0"/><geom type="sphere" size="0.01" pos="0 0 -1" mass="1"/></body>
          </worldbody>
        </mujoco>
        """;

    [Fact]
    public void Step_UndampedPendulum_KeepsItsEnergyAndItsPeriod()
    {
        using var model = MujocoModel.Load(TestModels.Write(Pendulum));
        using var data = new MujocoData(model);
        data.Coordinates[0] = 0.1;
        data.Forward();
        var before = data.Energy();

        // Small swings: T = 2π √(I / (m g l)) (1 + θ² / 16); a quarter of it brings the pendulum to the bottom.
        var inertia = 1 + (0.4 * 0.01 * 0.01);
        var period = 2 * Math.PI * Math.Sqrt(inertia / 9.81) * (1 + (0.1 * 0.1 / 16));
        data.Step((int)Math.Round(period / 4 / 0.001));

        Assert.Equal(0, data.Coordinates[0], 3e-4);
        data.Forward();
        var after = data.Energy();
        Assert.Equal(before.Potential + before.Kinetic, after.Potential + after.Kinetic, 1e-9);
    }

    [Fact]
    public void SetState_AfterFurtherSteps_RepeatsThemBitForBit()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("arm7_push.xml"));
        using var data = new MujocoData(model);
        data.Reset(0);
        data.Controls[0] = 0.7;
        data.Step(100);
        var state = new double[model.StateSize];
        data.GetState(state);
        data.Step(200);
        var expected = data.Coordinates.ToArray();

        data.Controls.Clear();
        data.SetState(state);
        data.Step(200);

        Assert.Equal(expected, data.Coordinates.ToArray());
    }

    [Fact]
    public void CopyFrom_AnotherState_GoesOnAlike()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("arm7_reach.xml"));
        using var first = new MujocoData(model);
        using var second = new MujocoData(model);
        first.Controls[1] = 0.5;
        first.Step(50);

        second.CopyFrom(first);
        first.Step(50);
        second.Step(50);

        Assert.Equal(first.Coordinates.ToArray(), second.Coordinates.ToArray());
        Assert.Equal(0.25, first.TimeSeconds, 12);
    }

    [Fact]
    public void Step_NonFiniteState_ReportsDivergence()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("cartpole.xml"));
        using var data = new MujocoData(model);
        data.Velocities[0] = double.NaN;

        Assert.Equal(PhysicsStatus.Diverged, data.Step(10));
        Assert.Contains("QVEL", MujocoData.LastWarning, StringComparison.Ordinal);
    }

    [Fact]
    public void Reset_UnknownKeyframe_FailsWithTheReason()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("cartpole.xml"));
        using var data = new MujocoData(model);

        Assert.Equal(PhysicsStatus.Failed, data.Reset(7));
        Assert.Contains("keyframe 7", MujocoData.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_PositionServosUnderGravity_HoldTheArmWithinTwoDegrees()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("arm7_reach.xml"));
        using var data = new MujocoData(model);
        data.Reset(0);
        var home = data.Coordinates.ToArray();
        data.Step(2000);

        for (var joint = 0; joint < 7; joint++)
            Assert.Equal(home[joint], data.Coordinates[joint], 2 * Math.PI / 180);
        Assert.All(data.Velocities.ToArray(), v => Assert.Equal(0, v, 1e-3));
    }
}
