using Robotics.Core.Time;

namespace Robotics.Core.Beliefs;

/// <summary>Reading of one modality in one tick. Filled in place; not thread-safe; does not allocate after construction.</summary>
public sealed class ModalityReading(ModalitySpec spec)
{
    /// <summary>The modality.</summary>
    public ModalitySpec Spec => spec;

    /// <summary>[dimension], raw values: SI for joints, 0 to 1 for images. Meaningful only while <see cref="IsNew"/>.</summary>
    public float[] Values { get; } = new float[spec.Dimension];

    /// <summary>[embedding dimension], made of the values by <see cref="IStateEstimator.Embed"/>.</summary>
    public float[] Embedding { get; } = new float[spec.EmbeddingDimension];

    /// <summary>True when the values were captured since the previous tick.</summary>
    public bool IsNew { get; set; }

    /// <summary>Capture time of the values; while there is nothing new, that of the last ones.</summary>
    public MonotonicTime CapturedAt { get; set; }

    /// <summary>
    /// Time from capture to the frame's moment: below a tick while <see cref="IsNew"/>, an input of the estimator; otherwise how
    /// old the last reading is, infinite before the first.
    /// </summary>
    public double AgeSeconds { get; set; } = double.PositiveInfinity;

    /// <summary>Copies everything from another reading of the same specification.</summary>
    public void CopyFrom(ModalityReading other)
    {
        other.Values.CopyTo(Values, 0);
        other.Embedding.CopyTo(Embedding, 0);
        (IsNew, CapturedAt, AgeSeconds) = (other.IsNew, other.CapturedAt, other.AgeSeconds);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => (IsNew, CapturedAt, AgeSeconds) = (false, MonotonicTime.Zero, double.PositiveInfinity);
}

/// <summary>
/// Observations of one tick by modality, each present or absent. Filled in place; not thread-safe; does not allocate after
/// construction.
/// </summary>
public sealed class ObservationFrame
{
    private readonly ModalityReading[] _readings;

    /// <summary>Creates an empty frame.</summary>
    /// <param name="modalities">Modalities of an estimator, in its order.</param>
    public ObservationFrame(IReadOnlyList<ModalitySpec> modalities) => _readings = [.. modalities.Select(m => new ModalityReading(m))];

    /// <summary>The readings, in the estimator's order.</summary>
    public ReadOnlySpan<ModalityReading> Readings => _readings;

    /// <summary>The moment of the tick.</summary>
    public MonotonicTime At { get; set; }

    /// <summary>The reading of one modality.</summary>
    public ModalityReading this[int modality] => _readings[modality];

    /// <summary>True when any modality has a new reading.</summary>
    public bool HasNews
    {
        get
        {
            foreach (var reading in _readings)
            {
                if (reading.IsNew)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Copies everything from another frame of the same modalities.</summary>
    public void CopyFrom(ObservationFrame other)
    {
        At = other.At;
        for (var i = 0; i < _readings.Length; i++)
            _readings[i].CopyFrom(other._readings[i]);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        At = MonotonicTime.Zero;
        foreach (var reading in _readings)
            reading.Clear();
    }
}
