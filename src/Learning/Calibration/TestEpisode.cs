using Robotics.Data.Episodes;

namespace Robotics.Learning.Calibration;

/// <summary>An episode that a model was not trained on. Arrays are row-major. Treat as immutable.</summary>
/// <param name="Steps">Actions taken.</param>
/// <param name="Observations">[(steps + 1) × observation].</param>
/// <param name="Actions">[steps × action], each in [−1, 1].</param>
public sealed record TestEpisode(int Steps, float[] Observations, float[] Actions)
{
    /// <summary>A recorded episode: a controller's observations and the applied actions. Shares its arrays.</summary>
    public static TestEpisode From(Episode episode) => new(episode.Steps, episode.Observations, episode.Actions);
}
