using System.Text;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Data.Safetensors;
using Robotics.Testing;

namespace Robotics.Tests.Unit.Data;

/// <summary>Valid files in which bytes are changed, moved or lost: they are read or refused in words.</summary>
public sealed class DamagedDataTests : IDisposable
{
    private const int Cases = 300;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _journal;
    private readonly byte[] _episode;

    public DamagedDataTests()
    {
        var store = new EpisodeStore(_folder.Path);
        using (var recorder = Episodes.Record(store, Episodes.Header(), 4))
        {
            _journal = File.ReadAllBytes(Directory.GetFiles(_folder.Path, "*.journal").Single());
            recorder.Complete();
        }

        var path = store.List()[0].Path;
        _episode = File.ReadAllBytes(path);
        File.Delete(path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_DamagedSafetensors_IsReadOrRefusedInWords()
    {
        var random = RandomKey.FromSeed(31).OpenStream();
        for (var i = 0; i < Cases; i++)
        {
            var bytes = Damage(_episode, ref random);
            ReadsOrRefuses(() => SafetensorsFile.Parse(bytes, "weights.safetensors"));
        }
    }

    [Fact]
    public void Read_DamagedEpisode_IsReadOrRefusedInWords()
    {
        var random = RandomKey.FromSeed(32).OpenStream();
        var path = _folder.File("episode.safetensors");
        for (var i = 0; i < Cases; i++)
        {
            var file = SafetensorsFile.Parse(_episode, "episode");
            file.Metadata["episode"] = Encoding.UTF8.GetString(Damage(Encoding.UTF8.GetBytes(file.Metadata["episode"]), ref random));
            file.Write(path);
            ReadsOrRefuses(() => EpisodeStore.Read(path));
        }
    }

    [Theory]
    [InlineData("\"observation_names\":[\"x\",\"v\"]", "\"observation_names\":null")]
    [InlineData("\"goals\":{\"goal\":[0.1,-2]}", "\"goals\":{\"goal\":null}")]
    [InlineData("\"cameras\":[]", "\"cameras\":[null]")]
    public void Read_EpisodeWithNothingWhereSomethingBelongs_IsRefused(string old, string replacement)
    {
        var file = SafetensorsFile.Parse(_episode, "episode");
        Assert.Contains(old, file.Metadata["episode"], StringComparison.Ordinal);
        file.Metadata["episode"] = file.Metadata["episode"].Replace(old, replacement, StringComparison.Ordinal);
        file.Write(_folder.File("episode.safetensors"));

        ReadsOrRefuses(() => EpisodeStore.Read(_folder.File("episode.safetensors")));
    }

    [Fact]
    public void Recover_DamagedJournal_KeepsWhatIsWholeOrSetsItAside()
    {
        var random = RandomKey.FromSeed(33).OpenStream();
        for (var i = 0; i < 60; i++)
        {
            using var folder = new TemporaryFolder();
            File.WriteAllBytes(folder.File("trial-0000-episode-00.journal"), Damage(_journal, ref random));
            ReadsOrRefuses(() => Assert.All(new EpisodeStore(folder.Path).Recover(), e => Assert.InRange(e.Steps, 0, 4)));
        }
    }

    [Fact]
    public void ReadManifest_DamagedManifest_IsReadOrRefusedInWords()
    {
        var random = RandomKey.FromSeed(34).OpenStream();
        var place = _folder.File("latest");
        var manifest = new CheckpointManifest { Task = "t", TaskHash = "h", ObservationHash = "o", ActionHash = "a", Seed = 1, Trial = 2 };
        Checkpoint.Write(place, manifest, _ => { });
        var path = Path.Combine(place, "manifest.json");
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < Cases; i++)
        {
            File.WriteAllBytes(path, Damage(whole, ref random));
            ReadsOrRefuses(() => Checkpoint.ReadManifest(place));
        }
    }

    private static void ReadsOrRefuses(Action read)
    {
        try
        {
            read();
        }
        catch (UserErrorException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static byte[] Damage(byte[] whole, ref RandomStream random)
    {
        // Signs that mean something in the formats, and any other.
        var signs = "{}[]\":,0129-nulltrue \0"u8;
        List<byte> bytes = [.. whole];
        for (var changes = 1 + random.NextInt32(3); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.NextInt32(bytes.Count);
            var length = Math.Min(1 + random.NextInt32(16), bytes.Count - at);
            switch (random.NextInt32(5))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes[at] = (byte)random.NextUInt32();
                    break;
                case 2:
                    bytes[at] = signs[random.NextInt32(signs.Length)];
                    break;
                case 3:
                    bytes.InsertRange(random.NextInt32(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
