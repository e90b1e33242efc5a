using Robotics.Testing;

namespace Robotics.Tests.Sim.Cli;

/// <summary>The shipped pipelines run without training.</summary>
public sealed class ShippedPipelineTests
{
    [Fact]
    public async Task Run_CameraReach_BringsTheTipToWhatOnlyTheCameraSees()
    {
        using var folder = new TemporaryFolder();

        var seeing = await CommandRun.From(
            "run", "camera-reach", "--episodes", "5", "--seed", "5", "--threads", "1", "--out", Path.Combine(folder.Path, "seeing"));
        var blind = await CommandRun.From(
            "eval", "--pipeline", "camera-reach", "--episodes", "6", "--seed", "5", "--threads", "1", "--camera", "blanked", "--out",
            Path.Combine(folder.Path, "blind"));

        Assert.True(seeing.ExitCode == 0, seeing.Error);
        Assert.InRange((double)seeing.Result["success_rate"]!, 0.6, 1);
        Assert.InRange((double)seeing.Result["final_distance_m_median"]!, 0, 0.03);
        Assert.InRange((double)blind.Result["success_rate"]!, 0, 0.34);
        Assert.InRange((double)blind.Result["final_distance_m_median"]!, 0.1, 1);
    }
}
