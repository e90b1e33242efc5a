using Robotics.Learning.Seeds;

namespace Robotics.Tests.Unit.Learning;

public class SeedProcessTests
{
    [Fact]
    public void Read_GoodEnd_TakesTheLastLine()
    {
        var outcome = SeedProcess.Read(4, 0, "{\"ok\":false}\n{\"ok\":true,\"random_return\":-2.5,\"oracle_return\":null}\n", "a remark\n");
        Assert.Null(outcome.Error);
        Assert.Empty(outcome.Warnings);
        Assert.Equal(["it diverged"], SeedProcess.Read(4, 0, "{\"ok\":true,\"warnings\":[\"it diverged\"]}\n", "").Warnings);
        Assert.Equal(-2.5, outcome.Number("random_return"));
        Assert.Equal(double.NaN, outcome.Number("oracle_return"));
        Assert.Equal(double.NaN, outcome.Number("returns"));
    }

    [Theory]
    [InlineData(1, "{\"ok\":false,\"error\":\"the disk is full.\"}\n", "error: the disk is full.\n", "the disk is full.")]
    [InlineData(134, "", "first\nterminate called\n", "its process ended with exit code 134: terminate called")]
    [InlineData(139, "not json\n", "", "its process ended with exit code 139.")]
    [InlineData(137, "", "", "its process ended with exit code 137 (killed, for example because the machine's memory ran out).")]
    [InlineData(0, "", "", "its process ended with exit code 0.")]
    public void Read_BadEnd_SaysWhatTheProcessSaid(int exitCode, string output, string messages, string expected) =>
        Assert.Equal(expected, SeedProcess.Read(4, exitCode, output, messages).Error);

    [Theory]
    [InlineData(137, "", true)]
    [InlineData(143, "{\"ok\":false,\"error\":\"stopped.\"}\n", false)]
    [InlineData(1, "", false)]
    public void Read_BadEnd_TellsAKilledProcessFromOneThatEndedByItself(int exitCode, string output, bool wasKilled) =>
        Assert.Equal(wasKilled, SeedProcess.Read(4, exitCode, output, "").WasKilled);
}
