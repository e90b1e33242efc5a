using Robotics.Configuration.Tasks;
using Robotics.Core.Links;
using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.Drivers.Simulation.Mujoco;
using Robotics.Drivers.Simulation.World;
using Robotics.Learning.Episodes;
using Robotics.Runtime.LockStep;
using Robotics.Testing;

namespace Robotics.Tests.Sim.Learning;

/// <summary>Images recorded with the steps of an episode.</summary>
public sealed class CameraTapTests
{
    [Fact]
    public async Task RunAsync_CameraReach_RecordsLatePicturesThatShowTheGoal()
    {
        using var folder = new TemporaryFolder();
        var document = TaskDocument.Load(TestModels.Shipped(Path.Combine("..", "tasks", "camera-reach.yaml")));
        using var model = MujocoModel.Load(document.ModelPath);
        var task = document.Resolve(new MujocoModelCatalog(model)) with { HorizonSteps = 20 };
        var options = SimulationOptions.FromTask(task);
        using var world = new SimulatedWorld(options, RandomKey.FromSeed(1));
        await using var environment = await TaskEnvironment.ConnectAsync(
            task, world.Robot, world, world, world, new EmergencyStop(), TestContext.Current.CancellationToken);
        using var tap = new CameraRecorder(world.Cameras, world.CameraFormats);
        var store = new EpisodeStore(folder.Path);
        var runner = new EpisodeRunner(environment, new ManualClock(), null, cameras: tap);
        var controller = LoopController.From(new SmoothRandomPolicy(0.8, 0.5), task.Observations.Dimension);
        for (var i = 0; i < 2; i++)
            await runner.RunAsync(
                controller, new EpisodePlan(0, i, 1, RandomKey.FromSeed((ulong)i)), store, TestContext.Current.CancellationToken);
        var episode = EpisodeStore.Read(store.List()[1].Path);
        var track = Assert.Single(episode.Cameras);
        Assert.InRange(track.Count, 12, 20);
        for (var i = 0; i < track.Count; i++)
        {
            Assert.InRange(track.CapturedAt[i], 0, episode.Times[^1]);
            Assert.Equal(40_000_000, track.ReceivedAt[i] - track.CapturedAt[i]);
            Assert.True(RedPixels(track.Frame(i)) > 20);
        }

        Assert.Equal(episode.Observations.Length, episode.Truth.Length);
        Assert.NotEqual(episode.Observations[0], episode.Truth[0]);
        Assert.Equal(episode.Observations[0], episode.Truth[0], 0.02);
        Assert.Equal(episode.Header.Goals["goal"][1], episode.Truth[15], 5);
    }

    private static int RedPixels(ReadOnlySpan<byte> frame)
    {
        var count = 0;
        for (var i = 0; i < frame.Length; i += 3)
            count += frame[i] > 140 && frame[i + 1] < 90 && frame[i + 2] < 90 ? 1 : 0;
        return count;
    }
}
