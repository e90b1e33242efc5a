using System.Globalization;
using System.Text.RegularExpressions;
using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Data.Storage;

namespace Robotics.Data.Episodes;

/// <summary>A file of an <see cref="EpisodeStore"/>. Immutable.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Trial">Its trial.</param>
/// <param name="Index">Its number within the trial.</param>
public sealed record EpisodeFile(string Path, int Trial, int Index);

/// <summary>
/// The episodes of a run: a folder with one safetensors file each, <c>trial-0003-episode-00.safetensors</c>. An episode that was
/// cut off stays as <c>….partial-0.safetensors</c>, one whose trial is run again as <c>….superseded-0.safetensors</c>: nothing
/// recorded is lost. One process at a time (see <see cref="RunLock"/>); not thread-safe.
/// </summary>
public sealed partial class EpisodeStore
{
    private const string Extension = ".safetensors";
    private const string JournalExtension = ".journal";

    /// <summary>Opens a store and creates its folder.</summary>
    /// <exception cref="UserErrorException">The folder cannot be made.</exception>
    public EpisodeStore(string folder)
    {
        Folder = folder;
        StorageError.Guard(folder, "write", () => Directory.CreateDirectory(folder));
    }

    /// <summary>The store's folder.</summary>
    public string Folder { get; }

    /// <summary>Starts to record an episode.</summary>
    /// <param name="header">Description of the episode; its trial and index name the file.</param>
    /// <param name="observation">o_0.</param>
    /// <param name="at">The moment of o_0: zero when times count from the episode's start.</param>
    /// <param name="truth">True values of o_0; read when the header says that true observations are kept.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public EpisodeRecorder Begin(
        EpisodeHeader header, ReadOnlySpan<float> observation, MonotonicTime at, ReadOnlySpan<float> truth = default) =>
        new(this, header, observation, at, truth);

    /// <summary>The whole episodes in order of trial and index.</summary>
    public IReadOnlyList<EpisodeFile> List() =>
        [.. Matching(CompleteName()).OrderBy(f => f.Trial).ThenBy(f => f.Index)];

    /// <summary>The episodes that were cut off, in order of trial and index.</summary>
    public IReadOnlyList<EpisodeFile> ListPartial() =>
        [.. Matching(PartialName()).OrderBy(f => f.Trial).ThenBy(f => f.Index).ThenBy(f => f.Path, StringComparer.Ordinal)];

    /// <summary>Reads an episode, whole or partial.</summary>
    /// <exception cref="UserErrorException">It is missing, damaged, newer than this program or something else.</exception>
    public static Episode Read(string path) => EpisodeFormat.Read(path);

    /// <summary>
    /// Turns journals that a killed process left into partial episodes; a journal without a whole start is set aside as
    /// <c>….unreadable</c>. Call it once the run is locked.
    /// </summary>
    /// <returns>The partial episodes made.</returns>
    /// <exception cref="UserErrorException">The disk is full or not writable; the journals stay.</exception>
    public IReadOnlyList<Episode> Recover()
    {
        var recovered = new List<Episode>();
        foreach (var journal in Directory.GetFiles(Folder, "*" + JournalExtension).Order(StringComparer.Ordinal))
        {
            var builder = StorageError.Guard(journal, "read", () => EpisodeJournal.TryRead(journal));
            if (builder is null)
                StorageError.Guard(journal, "write", () => File.Move(journal, Free(journal, "unreadable", "")));
            else if (IsCompleted(builder))
                StorageError.Guard(journal, "write", () => File.Delete(journal));
            else
                recovered.Add(KeepPartial(builder.Build(partial: true), journal));
        }

        return recovered;
    }

    /// <summary>Sets whole episodes of later trials aside, because those trials are run again.</summary>
    /// <param name="lastTrial">The last trial whose episodes stay; −1 sets all aside.</param>
    public void SupersedeAfter(int lastTrial)
    {
        foreach (var file in List().Where(f => f.Trial > lastTrial))
        {
            StorageError.Guard(file.Path, "write", () =>
                File.Move(file.Path, Free(file.Path[..^Extension.Length], "superseded", Extension)));
        }
    }

    internal string EpisodePath(EpisodeHeader header) => Path.Combine(Folder, Stem(header) + Extension);

    internal string JournalPath(EpisodeHeader header) => Path.Combine(Folder, Stem(header) + JournalExtension);

    internal void TryKeepPartial(Episode episode, string journal)
    {
        try
        {
            KeepPartial(episode, journal);
        }
        catch (UserErrorException)
        {
            // The journal is still there and holds every step: Recover writes the file when the disk allows it.
            return;
        }
    }

    private Episode KeepPartial(Episode episode, string journal)
    {
        EpisodeFormat.Write(Free(Path.Combine(Folder, Stem(episode.Header)), "partial", Extension), episode);
        StorageError.Guard(journal, "write", () => File.Delete(journal));
        return episode;
    }

    // Killed between the whole file and the journal's removal: the file has everything.
    private bool IsCompleted(EpisodeBuilder journal)
    {
        var path = EpisodePath(journal.Header);
        if (!File.Exists(path))
            return false;
        var whole = Read(path);
        return whole.Header.Key == journal.Header.Key && whole.Steps == journal.Steps;
    }

    private static string Free(string stem, string kind, string extension)
    {
        for (var i = 0; ; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{stem}.{kind}-{i}{extension}");
            if (!File.Exists(path))
                return path;
        }
    }

    private static string Stem(EpisodeHeader h) => string.Create(CultureInfo.InvariantCulture, $"trial-{h.Trial:D4}-episode-{h.Index:D2}");

    private IEnumerable<EpisodeFile> Matching(Regex name) => Directory.EnumerateFiles(Folder)
        .Select(path => (path, match: name.Match(Path.GetFileName(path))))
        .Where(f => f.match.Success)
        .Select(f => new EpisodeFile(f.path, Number(f.match.Groups[1]), Number(f.match.Groups[2])));

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^trial-(\d{4,9})-episode-(\d{2,9})\.safetensors$")]
    private static partial Regex CompleteName();

    [GeneratedRegex(@"^trial-(\d{4,9})-episode-(\d{2,9})\.partial-\d+\.safetensors$")]
    private static partial Regex PartialName();
}
