using Robotics.Core.Rollouts;
using Robotics.Core.Threading;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// Rollouts of several state-space models over the beliefs of one filter, each along its own means
/// (<see cref="RssmTrajectoryEvaluator"/>): a candidate's return is the mean over models, its disagreement their standard deviation, as of
/// a deterministic ensemble with TS∞ (Chua et al. 2018). Answers are the same, bit for bit, for any number of workers. One caller at a
/// time; <see cref="Evaluate"/> does not allocate or throw and is safe on the tick path.
/// </summary>
public sealed class RssmEnsembleEvaluator : ITrajectoryEvaluator
{
    private readonly RssmTrajectoryEvaluator[] _members;
    private readonly RolloutResult[] _results;

    /// <summary>Allocates everything that rollouts will need.</summary>
    /// <param name="models">The models, of one filter's beliefs: at least one.</param>
    /// <param name="workers">Thread pool.</param>
    /// <param name="maximumPopulation">Maximum candidates per request; at least 1.</param>
    /// <param name="value">Value function after the last step; null for none.</param>
    /// <exception cref="ArgumentException">There is no model, their dimensions differ, or the value function does not fit.</exception>
    public RssmEnsembleEvaluator(
        IReadOnlyList<CompiledRssm> models, WorkerPool workers, int maximumPopulation, LatentValueWeights? value = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumPopulation, 1);
        if (models.Count == 0 || models.Any(m => m.Deterministic != models[0].Deterministic
            || m.Stochastic != models[0].Stochastic || m.ActionDimension != models[0].ActionDimension))
            throw new ArgumentException("An ensemble needs models of the same beliefs and actions, and at least one.", nameof(models));
        _members = [.. models.Select(m => new RssmTrajectoryEvaluator(m, workers, value))];
        _results = [.. models.Select(_ => new RolloutResult(maximumPopulation))];
    }

    /// <inheritdoc/>
    public int BeliefDimension => _members[0].BeliefDimension;

    /// <inheritdoc/>
    public int ActionDimension => _members[0].ActionDimension;

    /// <summary>
    /// Scores every action sequence. A request that does not fit (lengths that disagree, or too many candidates) is answered with −∞,
    /// not finite, throughout.
    /// </summary>
    public void Evaluate(in RolloutRequest request, RolloutResult into)
    {
        for (var m = 0; m < _members.Length; m++)
            _members[m].Evaluate(request, _results[m]);
        var fits = request.Population <= _results[0].Capacity;
        for (var i = 0; i < Math.Clamp(request.Population, 0, into.Capacity); i++)
        {
            var (mean, squares) = (0.0, 0.0);
            for (var m = 0; m < _members.Length; m++)
                mean += fits ? _results[m].Returns[i] / (double)_members.Length : double.NaN;
            for (var m = 0; m < _members.Length && fits; m++)
                squares += Math.Pow(_results[m].Returns[i] - mean, 2) / _members.Length;
            var isFinite = float.IsFinite((float)mean);
            into.Returns[i] = isFinite ? (float)mean : float.NegativeInfinity;
            into.Disagreement[i] = isFinite ? (float)Math.Sqrt(squares) : 0;
            into.Status[i] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
        }
    }
}
