using Robotics.Core.Rollouts;

namespace Robotics.Controller.Planning;

/// <summary>
/// The action sequences of one iteration with their scores, and which of them are the elites. Filled in place; does not allocate
/// after construction; safe on the tick path; one thread.
/// </summary>
internal sealed class CandidateSet(int capacity, int horizon, int actionDimension, int eliteCapacity)
{
    private readonly int[] _elites = new int[eliteCapacity];

    /// <summary>[capacity × horizon × action], each in [−1, 1].</summary>
    public float[] Actions { get; } = new float[capacity * horizon * actionDimension];

    /// <summary>[capacity], return less penalty; −∞ where anything was not finite.</summary>
    public float[] Scores { get; } = new float[capacity];

    /// <summary>Results of the evaluator.</summary>
    public RolloutResult Rollouts { get; } = new(capacity);

    /// <summary>Sequences in use.</summary>
    public int Count { get; set; }

    /// <summary>Dimension of one sequence.</summary>
    public int SequenceLength => horizon * actionDimension;

    /// <summary>The elites' indices, best first; fewer than asked for when fewer rollouts were finite.</summary>
    public ReadOnlySpan<int> Elites => _elites.AsSpan(0, EliteCount);

    /// <summary>Number of elites.</summary>
    public int EliteCount { get; private set; }

    /// <summary>Sequence <paramref name="index"/>: [horizon × action].</summary>
    public Span<float> Sequence(int index) => Actions.AsSpan(index * SequenceLength, SequenceLength);

    /// <summary>True when the scores are of rollouts within the trust limit; otherwise none was, and they are −disagreement.</summary>
    public bool AreTrusted { get; private set; } = true;

    /// <summary>
    /// Turns returns into scores: return − penalty · disagreement; −∞ for a rollout that was not finite or that is beyond the
    /// trust limit. When no finite rollout is within the limit, the score is −disagreement.
    /// </summary>
    public void Score(float disagreementPenalty, float trustLimit)
    {
        AreTrusted = false;
        for (var n = 0; n < Count; n++)
        {
            Scores[n] = Penalised(n, disagreementPenalty);
            AreTrusted |= !float.IsNegativeInfinity(Scores[n]) && !IsBeyond(n, trustLimit);
        }

        for (var n = 0; n < Count; n++)
        {
            if (float.IsNegativeInfinity(Scores[n]) || !IsBeyond(n, trustLimit))
                continue;
            Scores[n] = AreTrusted || !float.IsFinite(Rollouts.Disagreement[n]) ? float.NegativeInfinity : -Rollouts.Disagreement[n];
        }
    }

    /// <summary>Finds the best <paramref name="wanted"/> finite sequences; of equals the earlier one wins.</summary>
    public void SelectElites(int wanted)
    {
        EliteCount = 0;
        for (var n = 0; n < Count; n++)
        {
            if (float.IsNegativeInfinity(Scores[n]) || (EliteCount == wanted && Scores[n] <= Scores[_elites[EliteCount - 1]]))
                continue;
            var place = EliteCount < wanted ? EliteCount++ : EliteCount - 1;
            for (; place > 0 && Scores[_elites[place - 1]] < Scores[n]; place--)
                _elites[place] = _elites[place - 1];
            _elites[place] = n;
        }
    }

    private float Penalised(int n, float disagreementPenalty)
    {
        var score = Rollouts.Returns[n];
        if (disagreementPenalty != 0)
            score -= disagreementPenalty * Rollouts.Disagreement[n];
        return Rollouts.Status[n] == RolloutStatus.Ok && float.IsFinite(score) ? score : float.NegativeInfinity;
    }

    private bool IsBeyond(int n, float trustLimit) => !float.IsPositiveInfinity(trustLimit) && !(Rollouts.Disagreement[n] <= trustLimit);
}
