using Robotics.Core.Errors;
using Robotics.Core.Time;
using Robotics.Data.Storage;

namespace Robotics.Data.Episodes;

/// <summary>
/// Records one episode as it happens. Disposing one that was not completed keeps what there is as a partial episode; a
/// process that is killed leaves the journal, which <see cref="EpisodeStore.Recover"/> turns into one. Not thread-safe; writes
/// to the disk, so not for the tick path.
/// </summary>
public sealed class EpisodeRecorder : IDisposable
{
    private readonly EpisodeStore _store;
    private readonly string _journalPath;
    private readonly EpisodeJournal _journal;
    private readonly EpisodeBuilder _builder;
    private bool _closed;

    internal EpisodeRecorder(
        EpisodeStore store, EpisodeHeader header, ReadOnlySpan<float> observation, MonotonicTime at, ReadOnlySpan<float> truth)
    {
        _store = store;
        _journalPath = store.JournalPath(header);
        _builder = new EpisodeBuilder(header);
        _builder.Begin(observation, at, truth);
        var (seen, known) = (observation.ToArray(), truth.ToArray());
        _journal = StorageError.Guard(_journalPath, "write", () => new EpisodeJournal(_journalPath, header, seen, at, known));
    }

    /// <summary>Steps recorded.</summary>
    public int Steps => _builder.Steps;

    /// <summary>Records a step; its numbers are copied.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Append(EpisodeStep step)
    {
        StorageError.Guard(_journalPath, "write", () => _journal.Append(step));
        _builder.Append(step);
    }

    /// <summary>Records an image that has arrived; its bytes are copied.</summary>
    /// <param name="camera">The camera's place in the header.</param>
    /// <param name="frame">The image, in the camera's format.</param>
    /// <param name="capturedAt">The moment of exposure since the episode's start.</param>
    /// <param name="receivedAt">The moment of arrival since the episode's start.</param>
    /// <param name="sequence">The stream's number.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void AppendFrame(int camera, byte[] frame, MonotonicTime capturedAt, MonotonicTime receivedAt, long sequence)
    {
        StorageError.Guard(_journalPath, "write", () => _journal.Append(camera, frame, capturedAt, receivedAt, sequence));
        _builder.Append(camera, frame, capturedAt, receivedAt, sequence);
    }

    /// <summary>Ends the episode and writes its file.</summary>
    /// <param name="diverged">True when the simulation diverged after the last step.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable; the journal keeps the steps.</exception>
    public Episode Complete(bool diverged = false)
    {
        var episode = _builder.Build(partial: false, diverged);
        EpisodeFormat.Write(_store.EpisodePath(episode.Header), episode);
        _closed = true;
        _journal.Dispose();
        File.Delete(_journalPath);
        return episode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _journal.Dispose();
        // Nothing may throw from here: when the partial file cannot be written, the journal stays for the next recovery.
        _store.TryKeepPartial(_builder.Build(partial: true), _journalPath);
    }
}
