namespace Robotics.WorldModel;

/// <summary>An episode that a model was not trained on. Arrays are row-major. Treat as immutable.</summary>
/// <param name="Steps">Actions taken.</param>
/// <param name="Observations">[(steps + 1) × observation].</param>
/// <param name="Actions">[steps × action], each in [−1, 1].</param>
public sealed record HeldOutEpisode(int Steps, float[] Observations, float[] Actions);
