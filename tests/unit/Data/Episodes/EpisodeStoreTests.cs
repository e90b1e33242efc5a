using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Data.Episodes;
using Robotics.Data.Safetensors;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Data;

public sealed class EpisodeStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Complete_ThenRead_GivesTheSameEpisode()
    {
        var store = new EpisodeStore(_folder.Path);
        using (var recorder = Episodes.Record(store, Episodes.Header(3, 1), 5))
            recorder.Complete();
        var file = Assert.Single(store.List());
        Assert.Equal((3, 1), (file.Trial, file.Index));
        var episode = EpisodeStore.Read(file.Path);
        Assert.False(episode.IsPartial);
        Assert.Equal(5, episode.Steps);
        Assert.Equal([-1, -2, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f], episode.Observations);
        Assert.Equal(3 * Math.PI, episode.Requested[7]);
        Assert.Equal(9, episode.Applied[7]);
        Assert.Equal(250_000_000L, episode.Times[^1]);
        Assert.Equal(15, episode.Return);
        Assert.Equal(StepFlags.Limited | StepFlags.Succeeding, episode.Flags[1]);
        Assert.Equal(Episodes.Header(3, 1).Key, episode.Header.Key);
        Assert.Equal([0.1, -2], episode.Header.Goals["goal"]);
        Assert.Equal("robotics-episode", SafetensorsFile.Read(file.Path).Metadata["format"]);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Dispose_BeforeTheEnd_KeepsAPartialEpisode()
    {
        var store = new EpisodeStore(_folder.Path);
        for (var attempt = 0; attempt < 2; attempt++)
            Episodes.Record(store, Episodes.Header(), 3).Dispose();
        Assert.Empty(store.List());
        Assert.Equal(2, store.ListPartial().Count);
        var episode = EpisodeStore.Read(store.ListPartial()[0].Path);
        Assert.True(episode.IsPartial);
        Assert.Equal(3, episode.Steps);
    }

    [Fact]
    public void Recover_AfterAKillAtAnyByte_KeepsEveryWholeStep()
    {
        var store = new EpisodeStore(_folder.Path);
        var recorder = Episodes.Record(store, Episodes.Header(), 4);
        var journal = Directory.GetFiles(_folder.Path, "*.journal").Single();
        var bytes = File.ReadAllBytes(journal);
        var perStep = 8 + 29 + 8 + 4 + 16 + 16;
        var start = bytes.Length - (4 * perStep);
        recorder.Dispose();
        for (var length = 0; length <= bytes.Length; length += 5)
        {
            using var killed = new TemporaryFolder();
            File.WriteAllBytes(killed.File("trial-0000-episode-00.journal"), bytes[..length]);
            var recovered = new EpisodeStore(killed.Path).Recover();
            if (length < start)
            {
                Assert.Empty(recovered);
                Assert.Single(Directory.GetFiles(killed.Path, "*.unreadable-0"));
                continue;
            }

            var whole = Math.Min(4, (length - start) / perStep);
            Assert.Equal(whole, Assert.Single(recovered).Steps);
            Assert.Equal(whole, EpisodeStore.Read(new EpisodeStore(killed.Path).ListPartial().Single().Path).Steps);
            Assert.Empty(Directory.GetFiles(killed.Path, "*.journal"));
        }
    }

    [Fact]
    public void Recover_DamagedStep_KeepsWhatIsBeforeIt()
    {
        var store = new EpisodeStore(_folder.Path);
        var recorder = Episodes.Record(store, Episodes.Header(), 4);
        var journal = Directory.GetFiles(_folder.Path, "*.journal").Single();
        var bytes = File.ReadAllBytes(journal);
        recorder.Dispose();
        bytes[^100] ^= 1;
        using var killed = new TemporaryFolder();
        File.WriteAllBytes(killed.File("trial-0000-episode-00.journal"), bytes);
        Assert.Equal(2, Assert.Single(new EpisodeStore(killed.Path).Recover()).Steps);
    }

    [Fact]
    public void Cameras_CompleteAndRecovered_GiveTheSamePicturesAndTruth()
    {
        var header = Episodes.Header() with { HasTruth = true, Cameras = [new CameraHeader("top", 2, 1, 3, 20)] };
        var store = new EpisodeStore(_folder.Path);
        var recorder = store.Begin(header, [-1, -2], MonotonicTime.Zero, [5, 6]);
        for (var t = 0; t < 3; t++)
        {
            var step = Episodes.Step(t);
            step.Truth[0] = 7 + t;
            recorder.AppendFrame(0, [(byte)t, 1, 2, 3, 4, 5], new MonotonicTime(10 * t), new MonotonicTime((10 * t) + 4), t * 2);
            recorder.Append(step);
        }

        using var killed = new TemporaryFolder();
        File.Copy(Directory.GetFiles(_folder.Path, "*.journal").Single(), killed.File("trial-0000-episode-00.journal"));
        recorder.Complete();
        foreach (var episode in new[] { EpisodeStore.Read(store.List()[0].Path), Assert.Single(new EpisodeStore(killed.Path).Recover()) })
        {
            Assert.Equal([5, 6, 7, 0, 8, 0, 9, 0], episode.Truth);
            var track = Assert.Single(episode.Cameras);
            Assert.Equal(3, track.Count);
            Assert.Equal([2, 1, 2, 3, 4, 5], track.Frame(2).ToArray());
            Assert.Equal([0, 10, 20], track.CapturedAt);
            Assert.Equal([4, 14, 24], track.ReceivedAt);
            Assert.Equal([0, 2, 4], track.Sequence);
        }
    }

    [Fact]
    public void SupersedeAfter_LaterTrials_AreSetAsideNotDeleted()
    {
        var store = new EpisodeStore(_folder.Path);
        for (var trial = 0; trial < 3; trial++)
            Episodes.Record(store, Episodes.Header(trial), 1).Complete();
        store.SupersedeAfter(0);
        Assert.Equal(0, Assert.Single(store.List()).Trial);
        Assert.Equal(2, Directory.GetFiles(_folder.Path, "*.superseded-0.safetensors").Length);
    }

    [Theory]
    [InlineData("format", "something-else", "is not an episode")]
    [InlineData("format_version", "3", "update the program")]
    [InlineData("episode", "{", "no readable description")]
    public void Read_ForeignOrNewerFile_IsRefusedInOneSentence(string key, string value, string expected)
    {
        var store = new EpisodeStore(_folder.Path);
        Episodes.Record(store, Episodes.Header(), 1).Complete();
        var path = store.List()[0].Path;
        var file = SafetensorsFile.Read(path);
        file.Metadata[key] = value;
        file.Write(path);
        var message = Assert.Throws<UserErrorException>(() => EpisodeStore.Read(path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Succeeded_OnlyAnUnbrokenHold_Counts()
    {
        var store = new EpisodeStore(_folder.Path);
        using var recorder = store.Begin(Episodes.Header(), [0, 0], MonotonicTime.Zero);
        foreach (var succeeding in new[] { true, true, false, true, true, true })
        {
            var step = Episodes.Step(0);
            step.Flags = succeeding ? StepFlags.Succeeding : StepFlags.None;
            recorder.Append(step);
        }

        var episode = recorder.Complete();
        Assert.True(episode.Succeeded(3));
        Assert.False(episode.Succeeded(4));
    }

    [Fact]
    public void ReplayBuffer_TwoEpisodes_PairsNeverCrossThem()
    {
        var store = new EpisodeStore(_folder.Path);
        var buffer = new ReplayBuffer(2, 1);
        for (var i = 0; i < 2; i++)
            buffer.Add(Episodes.Record(store, Episodes.Header(0, i), 3).Complete());
        var set = buffer.ToTransitionSet();
        Assert.Equal(6, set.Count);
        Assert.Equal([-1, -2, 0, 0.5f, 1, 1.5f, -1, -2, 0, 0.5f, 1, 1.5f], set.Observations[..12]);
        Assert.Equal([0, 0.5f, 1, 1.5f, 2, 2.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f], set.NextObservations[..12]);
        Assert.Equal([0, -0.25f, -0.5f, 0, -0.25f, -0.5f], set.Actions[..6]);
    }
}
