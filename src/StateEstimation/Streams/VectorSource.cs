using Robotics.Core.Time;

namespace Robotics.StateEstimation.Streams;

/// <summary>
/// Some elements of the task's observation as a modality: its joints, or all of it. The loop shows it the newest observation once a
/// tick. Used by one thread; does not allocate after construction; safe on the tick path.
/// </summary>
/// <param name="name">The modality's name.</param>
/// <param name="elements">Places in the task's observation, in the modality's order.</param>
public sealed class VectorSource(string name, IReadOnlyList<int> elements) : IModalitySource
{
    private readonly int[] _elements = [.. elements];
    private readonly float[] _values = new float[elements.Count];
    private SampleStamp _stamp;
    private bool _waiting;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Dimension => _values.Length;

    /// <inheritdoc/>
    public long Dropped => 0;

    /// <summary>Shows it an observation.</summary>
    /// <param name="observation">The task's.</param>
    /// <param name="capturedAt">Capture time.</param>
    /// <param name="receivedAt">Arrival time.</param>
    public void Show(ReadOnlySpan<float> observation, MonotonicTime capturedAt, MonotonicTime receivedAt)
    {
        for (var i = 0; i < _elements.Length; i++)
            _values[i] = observation[_elements[i]];
        _stamp = new SampleStamp(capturedAt, receivedAt, _stamp.Sequence + 1, Fingerprint: 0);
        _waiting = true;
    }

    /// <inheritdoc/>
    public SourceStatus TryRead(Span<float> values, out SampleStamp stamp)
    {
        stamp = _stamp;
        if (!_waiting)
            return SourceStatus.Nothing;
        _waiting = false;
        _values.CopyTo(values);
        return SourceStatus.Sample;
    }
}
