namespace Robotics.Controller.Planning;

/// <summary>
/// The best sequence that a decision has met so far. One within the trust limit is better than any beyond it. Does not allocate
/// after construction; safe on the tick path; one thread.
/// </summary>
internal sealed class BestSoFar(int length)
{
    private bool _isKnown;
    private float _score;

    /// <summary>[horizon × action].</summary>
    public float[] Sequence { get; } = new float[length];

    /// <summary>True when it was within the trust limit.</summary>
    public bool IsTrusted { get; private set; } = true;

    /// <summary>Return, as evaluated.</summary>
    public float Return { get; private set; } = float.NaN;

    /// <summary>Disagreement of the members, as evaluated.</summary>
    public float Disagreement { get; private set; } = float.NaN;

    /// <summary>Begins a decision: any sequence is better than the one that stands from the last.</summary>
    public void Begin()
    {
        _isKnown = false;
        (Return, Disagreement) = (float.NaN, float.NaN);
    }

    /// <summary>Takes the best elite if it is better.</summary>
    public void Challenge(CandidateSet candidates)
    {
        var winner = candidates.Elites[0];
        var score = candidates.Scores[winner];
        var isBetter = !_isKnown || (candidates.AreTrusted == IsTrusted ? score > _score : candidates.AreTrusted);
        if (!isBetter)
            return;
        (_isKnown, _score, IsTrusted) = (true, score, candidates.AreTrusted);
        candidates.Sequence(winner).CopyTo(Sequence);
        Return = candidates.Rollouts.Returns[winner];
        Disagreement = candidates.Rollouts.Disagreement[winner];
    }
}
