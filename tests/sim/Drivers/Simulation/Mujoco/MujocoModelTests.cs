using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Tests.Sim.Drivers;

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

    [Theory]
    [InlineData(
        "<joint type='elbow'/>", ":3:3: MuJoCo ", "invalid keyword: 'elbow' in <joint>; the file may be written for a newer MuJoCo")]
    [InlineData(
        "<joint wisdom='1'/>", ":3:3: MuJoCo ", "unrecognized attribute: 'wisdom' in <joint>; the file may be written for a newer MuJoCo")]
    [InlineData("<geom type='mesh' mesh='none'/>", ":3:3: MuJoCo ", "mesh 'none' not found")]
    [InlineData("<joint/></body>", ":4:3: this is not whole XML", "worldbody")]
    public void Load_BadMjcf_TellsPlaceAndReasonInOneLine(string line, string place, string reason)
    {
        var folder = Path.GetDirectoryName(
            TestModels.Write($"<mujoco><worldbody><body>\n<geom size='.1'/>\n  {line}\n</body></worldbody></mujoco>", "BadPart"))!;
        var including = TestModels.Write("<mujoco>\n<include file='BadPart.xml'/>\n</mujoco>", "BadWhole");

        var alone = Assert.Throws<UserErrorException>(() => MujocoModel.Load(Path.Combine(folder, "BadPart.xml")));
        var included = Assert.Throws<UserErrorException>(() => MujocoModel.Load(including));

        Assert.All([alone, included], error =>
        {
            Assert.StartsWith(Path.Combine(folder, "BadPart.xml") + place, error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        });
    }

    [Fact]
    public void Load_MeshThatIsNotThere_NamesTheLineThatWantsIt()
    {
        var path = TestModels.Write("<mujoco>\n<asset>\n<mesh name='hull' file='parts/hull.stl'/></asset>\n</mujoco>");

        var error = Assert.Throws<UserErrorException>(() => MujocoModel.Load(path));

        Assert.StartsWith($"{path}:3:1: MuJoCo ", error.Message, StringComparison.Ordinal);
        Assert.Contains("put the file there", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(222, "2.2.2")]
    [InlineData(337, "3.3.7")]
    [InlineData(3004001, "3.4.1")]
    public void VersionText_Number_IsWrittenWithPoints(int number, string text) => Assert.Equal(text, MjcfFault.VersionText(number));

    [Fact]
    public void Raise_FatalErrorOfTheEngine_BecomesAStatusAndItsText()
    {
        Assert.Equal(-1, MujocoNative.rmj_raise("no more memory"));

        Assert.Equal("no more memory", MujocoData.LastError);
    }
}
