using Robotics.Core.Time;

namespace Robotics.StateEstimation.Streams;

/// <summary>Result of asking a source for its next sample.</summary>
public enum SourceStatus
{
    /// <summary>Nothing is waiting.</summary>
    Nothing,

    /// <summary>A sample was taken.</summary>
    Sample,

    /// <summary>A sample was taken, but it has another size or format than agreed; its values were not filled in.</summary>
    WrongFormat,
}

/// <summary>Metadata of a sample. Immutable.</summary>
/// <param name="CapturedAt">Capture time.</param>
/// <param name="ReceivedAt">Arrival time.</param>
/// <param name="Sequence">Counts the stream's samples.</param>
/// <param name="Fingerprint">Equal for equal contents; 0 where repetition means nothing, as with joints at rest.</param>
public readonly record struct SampleStamp(MonotonicTime CapturedAt, MonotonicTime ReceivedAt, long Sequence, ulong Fingerprint);

/// <summary>
/// One stream as an estimator's modality. Never waits. Used by one thread; does not allocate, does not throw; safe on the tick path.
/// </summary>
public interface IModalitySource
{
    /// <summary>The stream's name.</summary>
    string Name { get; }

    /// <summary>Sample dimension.</summary>
    int Dimension { get; }

    /// <summary>Samples lost so far because this reader was slow.</summary>
    long Dropped { get; }

    /// <summary>Takes the oldest sample that waits.</summary>
    SourceStatus TryRead(Span<float> values, out SampleStamp stamp);
}
