using Robotics.Configuration.Tasks;
using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Data.Checkpoints;

namespace Robotics.Learning.Runs;

/// <summary>Finds and loads checkpoints for commands.</summary>
internal static class Checkpoints
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">A checkpoint's folder, or a run's for its newest one.</param>
    /// <param name="task">The task that it must belong to.</param>
    /// <param name="into">Receives it.</param>
    /// <exception cref="UserErrorException">There is none, or it is of another task or format.</exception>
    public static void Load(string path, TaskDefinition task, IModelLearner into)
    {
        var folder = Find(Path.GetFullPath(path));
        Checkpoint.Open(folder, new CheckpointManifest
        {
            Task = task.Name,
            TaskHash = task.Hash,
            ObservationHash = task.Observations.Hash,
            ActionHash = task.Actions.Hash,
            Seed = 0,
            Trial = 0,
        });
        into.Load(Checkpoint.ModelFolder(folder));
    }

    private static string Find(string path)
    {
        if (Checkpoint.Exists(path))
            return path;
        var run = new RunFolder(path);
        return run.LastTrial() is { } trial
            ? run.CheckpointOf(trial)
            : throw new UserErrorException(
                $"there is no checkpoint in {path}; name a run's folder or one of its folders checkpoints/trial-NNNN.");
    }
}
