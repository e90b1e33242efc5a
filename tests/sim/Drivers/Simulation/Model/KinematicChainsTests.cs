using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Terms;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;

namespace Robotics.Tests.Sim.Drivers;

public sealed class KinematicChainsTests
{
    private const string Odd = """
        <mujoco>
          <compiler angle="radian"/>
          <worldbody>
            <body name="a" pos="0.1 0.2 0.3" euler="0.3 0.2 -0.7">
              <joint name="a1" type="hinge" axis="1 2 -1" pos="0.1 -0.2 0.05" ref="0.3"/>
              <joint name="a2" type="slide" axis="0 1 1" ref="-0.1"/>
              <geom size="0.05" pos="0.1 0 0"/>
              <body name="b" pos="0 0.4 0" quat="0.5 0.5 -0.5 0.5">
                <joint name="b1" type="hinge" axis="0 0.6 0.8" pos="0.03 0.1 0"/>
                <geom size="0.05" pos="0.02 0.1 0"/>
                <site name="end" pos="0.2 0 -0.1"/>
              </body>
            </body>
            <body name="loose"><freejoint/><geom size="0.1"/></body>
          </worldbody>
        </mujoco>
        """;

    [Theory]
    [InlineData("arm7_reach.xml", QuantityKind.SitePosition, "tip")]
    [InlineData("arm7_push.xml", QuantityKind.BodyPosition, "link4")]
    [InlineData("cartpole.xml", QuantityKind.SitePosition, "tip")]
    [InlineData("cartpole.xml", QuantityKind.SubtreeCentreOfMass, "pole")]
    public void ChainTo_RandomPostures_AgreesWithTheEngine(string file, QuantityKind kind, string name) =>
        AssertAgrees(TestModels.Shipped(file), new Quantity(kind, [name]));

    [Fact]
    public void ChainTo_TiltedAxesAnchorsAndReferences_AgreesWithTheEngine() =>
        AssertAgrees(TestModels.Write(Odd), new Quantity(QuantityKind.SitePosition, ["end"]));

    [Fact]
    public void ChainTo_ReachableWithoutAChain_IsNull()
    {
        using var model = MujocoModel.Load(TestModels.Write(Odd));
        var catalog = new MujocoModelCatalog(model);

        Assert.Null(catalog.ChainTo(new Quantity(QuantityKind.BodyPosition, ["loose"])));
        Assert.Null(catalog.ChainTo(new Quantity(QuantityKind.SubtreeCentreOfMass, ["a"])));
        Assert.Throws<UserErrorException>(() => catalog.ChainTo(new Quantity(QuantityKind.SitePosition, ["nose"])));
    }

    [Fact]
    public void Catalog_PushScene_ListsWhatATaskMayName()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("arm7_push.xml"));
        var catalog = new MujocoModelCatalog(model);

        Assert.Equal(["goal"], catalog.PlaceableBodies);
        Assert.Contains("puck", catalog.Sites);
        Assert.Equal(12, catalog.Joints.Count);
        Assert.Equal(new ActuatorSpec("joint1", "joint1", ActionMode.Position, -2.8, 2.8), catalog.Actuators[0]);
    }

    private static void AssertAgrees(string path, Quantity point)
    {
        using var world = new SimulatedWorld(new SimulationOptions { ModelPath = path }, RandomKey.FromSeed(1));
        var chain = world.Catalog.ChainTo(point)!;
        var joints = world.Model.Joints.Where(j => j.Kind is MujocoJointKind.Hinge or MujocoJointKind.Slide).ToList();
        var builder = new TermBuilder();
        var program = builder.Build(chain.Build(builder, name => builder.Observation(joints.FindIndex(j => j.Name == name))));
        var truth = new TrueQuantity(world.Model, point);
        var random = RandomKey.FromSeed(7).OpenStream();
        var (expected, actual) = (new double[3], new float[3]);
        for (var sample = 0; sample < 50; sample++)
        {
            var posture = new float[joints.Count];
            for (var i = 0; i < posture.Length; i++)
                world.Data.Coordinates[joints[i].PositionAddress] = posture[i] = (float)random.NextUniform(-2.5, 2.5);
            world.Data.UpdatePoses();

            truth.Read(world.Data, expected);
            program.Evaluate(posture, [], new float[program.RegisterCount], actual);

            for (var i = 0; i < 3; i++)
                Assert.Equal(expected[i], actual[i], 2e-6);
        }
    }
}
