using Robotics.Core.Errors;
using Robotics.Data.Checkpoints;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Data;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Place => _folder.File("latest");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Twice_TheSecondIsThereAndNothingElse()
    {
        Write(0, "first");
        Write(1, "second");
        Assert.Equal(1, Checkpoint.Open(Place, Manifest(0)).Trial);
        Assert.Equal("second", File.ReadAllText(Path.Combine(Checkpoint.ModelFolder(Place), "weights")));
        Assert.Single(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void Write_ThatFails_LeavesThePreviousOne()
    {
        Write(0, "first");
        Assert.Throws<UserErrorException>(() => Checkpoint.Write(Place, Manifest(1), _ => throw new IOException("broken")));
        Assert.Equal(0, Checkpoint.ReadManifest(Place).Trial);
        Assert.Single(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void ReadManifest_WriterKilledBetweenItsRenames_PutsThePreviousBack()
    {
        Write(0, "first");
        Directory.Move(Place, Place + ".previous");
        Directory.CreateDirectory(Place + ".writing");
        Assert.True(Checkpoint.Exists(Place));
        Assert.Equal(0, Checkpoint.ReadManifest(Place).Trial);
        Write(1, "second");
        Assert.Equal(1, Checkpoint.ReadManifest(Place).Trial);
    }

    [Theory]
    [InlineData("\"format_version\": 1", "\"format_version\": 2", "update the program")]
    [InlineData("robotics-checkpoint", "robotics-episode", "is not a checkpoint")]
    [InlineData("\"checkpoint\": {", "\"checkpoint\": ", "not a readable manifest")]
    public void ReadManifest_ForeignOrNewer_IsRefusedInOneSentence(string from, string to, string expected)
    {
        Write(0, "first");
        var path = Path.Combine(Place, "manifest.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
        var message = Assert.Throws<UserErrorException>(() => Checkpoint.ReadManifest(Place)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherTask_IsRefusedAndSaysWhatDiffers()
    {
        Write(0, "first");
        var message = Assert.Throws<UserErrorException>(() => Checkpoint.Open(Place, Manifest(0) with { ActionHash = "other" })).Message;
        Assert.Contains("actions differ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadManifest_NoCheckpoint_SaysSo() =>
        Assert.Contains(
            "no checkpoint", Assert.Throws<UserErrorException>(() => Checkpoint.ReadManifest(Place)).Message, StringComparison.Ordinal);

    private static CheckpointManifest Manifest(int trial) => new()
    {
        Task = "reach",
        TaskHash = "t",
        ObservationHash = "o",
        ActionHash = "a",
        Seed = 1,
        Trial = trial,
    };

    private void Write(int trial, string weights) =>
        Checkpoint.Write(Place, Manifest(trial), folder => File.WriteAllText(Path.Combine(folder, "weights"), weights));
}
