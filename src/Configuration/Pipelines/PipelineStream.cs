using Robotics.Configuration.Yaml;

namespace Robotics.Configuration.Pipelines;

/// <summary>A value with its place in a file. Immutable.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="At">Its place in the file.</param>
public readonly record struct Located<T>(T Value, SourceLocation At);

/// <summary>Input of one modality of an estimator: observed terms, or a camera. Immutable.</summary>
/// <param name="Name">The modality.</param>
/// <param name="Terms">Observed terms, in order; empty for a camera.</param>
/// <param name="Camera">A camera of the task; null for terms.</param>
/// <param name="MaximumAgeSeconds">Age of the last usable sample above which no plans are made; infinite for no limit.</param>
public sealed record PipelineStream(
    Located<string> Name, IReadOnlyList<Located<string>> Terms, Located<string>? Camera, double MaximumAgeSeconds);
