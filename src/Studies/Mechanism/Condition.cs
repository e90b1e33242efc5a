namespace Robotics.Studies.Mechanism;

/// <summary>One condition of a study: settings that replace a task's. Immutable.</summary>
/// <param name="Name">Name in the result and of its folders.</param>
/// <param name="Label">Name in tables and plots.</param>
/// <param name="Colour">Colour in plots.</param>
/// <param name="Overlay">YAML merged over the task's.</param>
internal sealed record Condition(string Name, string Label, string Colour, string Overlay);
