using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Data.Checkpoints;
using Robotics.Data.Episodes;
using Robotics.Data.Storage;
using Robotics.Learning.Settings;

namespace Robotics.Learning.Runs;

/// <summary>
/// Restores a run to its last completed trial. Records of later trials are set aside, never deleted. One thread,
/// with the run folder locked.
/// </summary>
internal sealed class RunResume(RunFolder folder, ReinforcementOptions options, CheckpointManifest expected)
{
    public const string FingerprintNote = "experiment";

    /// <summary>Restores model and data.</summary>
    /// <returns>The last completed trial; −1 when there is none.</returns>
    /// <exception cref="UserErrorException">The folder holds another experiment, or lacks an episode.</exception>
    public int Prepare(EpisodeStore episodes, EpisodeStore evaluation, IModelLearner learner, ReplayBuffer data)
    {
        var last = folder.LastTrial() ?? -1;
        if (last >= 0)
            Load(last, learner);
        foreach (var store in new[] { episodes, evaluation })
        {
            store.Recover();
            store.SupersedeAfter(last);
        }

        Replay(episodes, last, data);
        return last;
    }

    /// <summary>Removes checkpoints beyond the number to keep.</summary>
    public void Prune(int newest)
    {
        foreach (var trial in folder.CheckpointedTrials().Where(t => t < newest - options.EarlierCheckpoints))
            StorageError.Guard(folder.CheckpointOf(trial), "write", () => Directory.Delete(folder.CheckpointOf(trial), recursive: true));
    }

    private void Load(int last, IModelLearner learner)
    {
        var place = folder.CheckpointOf(last);
        var found = Checkpoint.Open(place, expected);
        if (!found.Notes.TryGetValue(FingerprintNote, out var fingerprint) || fingerprint != options.Fingerprint)
            throw new UserErrorException(
                $"The run in '{folder.Path}' was started with {fingerprint ?? "unknown options"}, not with {options.Fingerprint}; use the "
                    + "same options or another folder.");
        learner.Load(Checkpoint.ModelFolder(place));
    }

    private void Replay(EpisodeStore episodes, int last, ReplayBuffer data)
    {
        var files = episodes.List();
        for (var trial = 0; trial <= last; trial++)
        {
            for (var index = 0; index < options.EpisodesPerTrial; index++)
            {
                var file = files.FirstOrDefault(f => f.Trial == trial && f.Index == index)
                    ?? throw new UserErrorException(
                        $"The run in '{folder.Path}' lacks episode {index} of trial {trial}, so it cannot go on as it was; restore the "
                            + "file or start in another folder.");
                var episode = EpisodeStore.Read(file.Path);
                if (episode.Counts)
                    data.Add(episode);
            }
        }
    }
}
