using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Tests.Unit.Architecture;

namespace Robotics.Tests.Unit.Data;

/// <summary>A file of each format version that was ever written stays readable.</summary>
public sealed class FormatSampleTests
{
    private static string Samples => Path.Combine(Checkout.Root, "tests", "unit", "Data", "Samples");

    [Fact]
    public void EpisodeStore_EpisodeOfVersion1_IsRead()
    {
        var episode = EpisodeStore.Read(Path.Combine(Samples, "episode-v1.safetensors"));
        Assert.Equal(("reach", 3, 1, 5), (episode.Header.Task, episode.Header.Trial, episode.Header.Index, episode.Steps));
        Assert.Equal(15, episode.Return);
        Assert.Equal([0.1, -2], episode.Header.Goals["goal"]);
    }

    [Fact]
    public void Checkpoint_ManifestOfVersion1_IsRead()
    {
        var manifest = Checkpoint.ReadManifest(Path.Combine(Samples, "checkpoint-v1"));
        Assert.Equal(("reach", 3, 7ul, "abc"), (manifest.Task, manifest.Trial, manifest.Seed, manifest.Commit));
        Assert.Equal("note", manifest.Notes["a"]);
    }
}
