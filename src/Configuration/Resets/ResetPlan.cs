namespace Robotics.Configuration.Resets;

/// <summary>The start of one episode, ready to be applied. Immutable; thread-safe.</summary>
/// <param name="Keyframe">The keyframe to load first; null for the model's default pose.</param>
/// <param name="Positions">[joints of the model's catalogue, in order], rad or m.</param>
/// <param name="Velocities">[joints], rad/s or m/s.</param>
/// <param name="Bodies">Positions [3] in the world, m, of movable (mocap) bodies by name.</param>
/// <param name="Goals">The values of the commanded terms by name.</param>
public sealed record ResetPlan(
    string? Keyframe,
    IReadOnlyList<double> Positions,
    IReadOnlyList<double> Velocities,
    IReadOnlyDictionary<string, double[]> Bodies,
    IReadOnlyDictionary<string, double[]> Goals);
