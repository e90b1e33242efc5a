namespace Robotics.StateEstimation.Tracking;

/// <summary>Result of offering a datum to a <see cref="BeliefHistory"/>.</summary>
public enum OfferStatus
{
    /// <summary>It belongs to the tick in progress.</summary>
    OnTime,

    /// <summary>It belongs to an earlier tick, from which everything is replayed.</summary>
    Late,

    /// <summary>It is older than what is remembered, and was left out.</summary>
    TooLate,

    /// <summary>It was captured after the tick in progress: offer it again in the next.</summary>
    Early,

    /// <summary>The same tick has a newer one of the same modality already; it was left out.</summary>
    Superseded,

    /// <summary>It holds NaN or an infinity, and was left out.</summary>
    NotFinite,

    /// <summary>It has another size than its modality, and was left out.</summary>
    WrongSize,
}

/// <summary>Counts of the results of one modality's data. Written by the history's thread; read from any, for reports.</summary>
public sealed class ModalityTally
{
    private readonly long[] _counts = new long[Enum.GetValues<OfferStatus>().Length];

    /// <summary>Number of data with this result.</summary>
    public long this[OfferStatus status] => _counts[(int)status];

    internal void Count(OfferStatus status) => _counts[(int)status]++;
}
