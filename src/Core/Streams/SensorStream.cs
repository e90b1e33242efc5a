using Robotics.Core.Time;

namespace Robotics.Core.Streams;

/// <summary>Whose clock stamps a stream's samples.</summary>
public enum StreamClock
{
    /// <summary>This machine's monotonic clock.</summary>
    Host,

    /// <summary>The device's own clock.</summary>
    Device,

    /// <summary>Another machine's wall clock.</summary>
    RemoteUtc,

    /// <summary>No stamps: capture time is arrival minus the configured delay.</summary>
    None,
}

/// <summary>Description of a stream, readable before connecting. Immutable.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="RateHz">Nominal samples per second.</param>
/// <param name="Clock">Whose clock stamps its samples.</param>
/// <param name="Delay">Configured time from capture to arrival.</param>
public sealed record SensorStreamSpec(string Name, double RateHz, StreamClock Clock, TimeSpan Delay);

/// <summary>A stream of samples. Each reader opens its own <see cref="IStreamReader{T}"/>.</summary>
/// <typeparam name="T">The sample's value, for example <see cref="ImageLease"/>.</typeparam>
public interface ISensorStream<T>
{
    /// <summary>Description of the stream.</summary>
    SensorStreamSpec Spec { get; }

    /// <summary>Opens a reader that sees samples from now on.</summary>
    /// <param name="capacity">Samples that may wait; 1 keeps the latest only. When full the oldest is dropped and counted.</param>
    IStreamReader<T> OpenReader(int capacity);
}

/// <summary>One reader's place in a stream. Used by one thread; does not allocate; safe on the tick path.</summary>
/// <typeparam name="T">The sample's value.</typeparam>
public interface IStreamReader<T> : IDisposable
{
    /// <summary>Takes the oldest waiting sample. Whoever takes a leased value disposes it.</summary>
    bool TryRead(out Sample<T> sample);

    /// <summary>Samples lost so far because this reader was slow: each loss is also a gap in the sequence numbers.</summary>
    long Dropped { get; }
}
