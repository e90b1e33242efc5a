namespace Robotics.Studies.Mechanism;

/// <summary>One variant of a task's settings. Immutable.</summary>
/// <param name="Name">Its name in the result and of its folders.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Colour">Its colour in drawings.</param>
/// <param name="Overlay">The YAML that is laid over the task's.</param>
internal sealed record StudyArm(string Name, string Label, string Colour, string Overlay);
