namespace Robotics.Data.Checkpoints;

/// <summary>The layout of a run that trains a state estimator. Thread-safe.</summary>
public static class EstimatorFolder
{
    /// <summary>The folder of the model within a run's.</summary>
    public static string ModelFolder(string run) => Path.Combine(run, "estimator");

    /// <summary>The folder of the episodes within a run's.</summary>
    public static string EpisodeFolder(string run) => Path.Combine(run, "episodes");
}
