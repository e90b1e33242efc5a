using Robotics.Core;
using Robotics.Drivers.Simulation;

namespace Robotics.Tests.Sim.Mujoco;

public sealed class MujocoModelTests
{
    [Theory]
    [InlineData("cartpole.xml", 2, 1)]
    [InlineData("arm7_reach.xml", 9, 8)]
    [InlineData("arm7_reach_torque.xml", 9, 8)]
    [InlineData("arm7_push.xml", 12, 8)]
    public void Load_ShippedModel_HasItsJointsActuatorsAndGoal(string file, int coordinates, int controls)
    {
        using var model = MujocoModel.Load(TestModels.Shipped(file));

        Assert.Equal(coordinates, model.CoordinateCount);
        Assert.Equal(controls, model.ControlCount);
        Assert.Contains(model.Sites, s => s.Name == "tip");
        Assert.Contains(model.Bodies, b => b is { Name: "goal", Mocap: 0 });
        Assert.Contains(model.Cameras, c => c.Name == "scene");
    }

    [Fact]
    public void Load_Cartpole_TellsLimitsAndWhatTheMotorCommands()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("cartpole.xml"));

        Assert.Equal((-1.8, 1.8), (model.Joints[0].Low, model.Joints[0].High));
        Assert.Equal((double.NegativeInfinity, double.PositiveInfinity), (model.Joints[1].Low, model.Joints[1].High));
        Assert.Equal(MujocoControl.Effort, model.Actuators[0].Control);
        Assert.Equal(0.1, model.Actuators[0].Scale, 12);
        Assert.Equal(["upright", "hanging"], model.Keyframes);
    }

    [Fact]
    public void Load_ServosAndMotors_AreToldApart()
    {
        using var servos = MujocoModel.Load(TestModels.Shipped("arm7_reach.xml"));
        using var motors = MujocoModel.Load(TestModels.Shipped("arm7_reach_torque.xml"));

        Assert.All(servos.Actuators, a => Assert.Equal(MujocoControl.Position, a.Control));
        Assert.All(motors.Actuators.Take(7), a => Assert.Equal(MujocoControl.Effort, a.Control));
    }

    [Fact]
    public void Load_MissingFile_NamesItAndSaysWhatToDo()
    {
        var error = Assert.Throws<UserErrorException>(() => MujocoModel.Load("nowhere/robot.xml"));

        Assert.StartsWith("nowhere/robot.xml: there is no such model file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BadMjcf_GivesMujocosReasonInOneLine()
    {
        var path = TestModels.Write("<mujoco><worldbody><body><joint type='elbow'/></body></worldbody></mujoco>");

        var error = Assert.Throws<UserErrorException>(() => MujocoModel.Load(path));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("elbow", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Raise_FatalErrorOfTheEngine_BecomesAStatusAndItsText()
    {
        Assert.Equal(-1, MujocoNative.rmj_raise("no more memory"));

        Assert.Equal("no more memory", MujocoData.LastError);
    }
}
