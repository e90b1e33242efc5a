using Robotics.Core.Errors;
using Robotics.Drivers.Simulation.Mujoco;

namespace Robotics.Tests.Sim.Drivers;

public sealed class MujocoRendererTests
{
    // Emission alone lights these: their colour in the image is their own. Red is above, blue below.
    private const string TwoColours = """
        <mujoco>
          <asset>
            <material name="red" rgba="1 0 0 1" emission="1" specular="0"/>
            <material name="blue" rgba="0 0 1 1" emission="1" specular="0"/>
          </asset>
          <visual><headlight active="0"/></visual>
          <worldbody>
            <camera name="front" pos="0 -2 0" xyaxes="1 0 0 0 0 1"/>
            <geom type="box" size="3 0.1 1" pos="0 0 1" material="red"/>
            <geom type="box" size="3 0.1 1" pos="0 0 -1" material="blue"/>
          </worldbody>
        </mujoco>
        """;

    [Fact]
    public void Render_KnownColours_StandUprightInTheBytes()
    {
        using var model = MujocoModel.Load(TestModels.Write(TwoColours));
        using var data = new MujocoData(model);
        using var renderer = new MujocoRenderer(model, new RenderOptions { Width = 48, Height = 32 });
        var image = new byte[renderer.ByteCount];

        Assert.Equal(PhysicsStatus.Ok, renderer.Render(data, 0, image));

        Assert.Equal([255, 0, 0], PixelAt(image, 48, 24, 4));
        Assert.Equal([0, 0, 255], PixelAt(image, 48, 24, 27));
    }

    [Fact]
    public async Task Render_TwoRenderersFromSeveralThreads_DrawTheSame()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("arm7_reach.xml"));
        using var data = new MujocoData(model);
        using var first = new MujocoRenderer(model, new RenderOptions());
        using var second = new MujocoRenderer(model, new RenderOptions());
        var images = new byte[2][];
        for (var i = 0; i < 2; i++)
            images[i] = new byte[first.ByteCount];

        Assert.Equal(PhysicsStatus.Ok, first.Render(data, 0, images[0]));
        var status = await Task.Factory.StartNew(
            () =>
                second.Render(data, 0, images[1]), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);

        Assert.Equal(PhysicsStatus.Ok, status);
        Assert.Equal(images[0], images[1]);
        Assert.True(images[0].Distinct().Count() > 50);
    }

    [Fact]
    public void Constructor_AbsurdSize_IsRefused()
    {
        using var model = MujocoModel.Load(TestModels.Shipped("cartpole.xml"));

        Assert.Throws<UserErrorException>(() => new MujocoRenderer(model, new RenderOptions { Width = 0 }));
    }

    private static byte[] PixelAt(byte[] image, int width, int x, int y) => image.AsSpan(((y * width) + x) * 3, 3).ToArray();
}
