using Robotics.Core.Rollouts;
using Robotics.Inference.Ensembles;

namespace Robotics.Inference.Latent;

/// <summary>
/// Collects the returns of each item's particles and, when needed, the members' predictions, and computes the candidates' results.
/// Items write to separate places, and sums over members are taken afterwards in a fixed order, independent of the workers.
/// </summary>
internal sealed unsafe class BeliefReturns
{
    private readonly int _members;
    private readonly int _groups;
    private readonly bool _isPerMember;
    private readonly int _particles;
    private readonly int _horizon;
    private readonly int _states;
    private readonly (double Sum, double Squares)[] _returns;
    private readonly float[] _means;
    private readonly float[] _variances;

    /// <summary>Allocates for the largest request.</summary>
    public BeliefReturns(PackedBeliefEnsemble ensemble, BeliefRolloutOptions options, int groups)
    {
        (_members, _groups, _particles, _horizon, _states) =
            (ensemble.Members, groups, options.Particles, options.MaximumHorizon, ensemble.Stochastic);
        _isPerMember = options.Propagation == Propagation.TSInfinity;
        _returns = new (double, double)[options.MaximumPopulation * groups];
        AccumulatesStates = options.Disagreement == BeliefDisagreement.State;
        var places = AccumulatesStates ? options.MaximumPopulation * _members * _horizon * _states : 0;
        (_means, _variances) = (new float[places], new float[places]);
    }

    /// <summary>True when it needs the members' predictions.</summary>
    public bool AccumulatesStates { get; }

    /// <summary>Clears the predictions of the block's candidates.</summary>
    public void Begin(BeliefBlock block)
    {
        for (var c = 0; AccumulatesStates && c < block.Candidates; c++)
        {
            var (first, length) = (Place(block.FirstCandidate + c, block.FirstMember, 0), block.Groups * _horizon * _states);
            _means.AsSpan(first, length).Clear();
            _variances.AsSpan(first, length).Clear();
        }
    }

    /// <summary>Adds a tile's predictions: D lines of means, then D of variances.</summary>
    public void Accumulate(BeliefBlock block, int tile, int member, int step, float* predicted, int states)
    {
        var (lanes, first) = (block.LanesOf(tile), tile % block.TilesPerGroup * block.TileLanes);
        var used = Math.Min(lanes, (block.Candidates * block.Share) - first);
        for (var lane = 0; lane < used; lane++)
        {
            var place = Place(block.FirstCandidate + ((first + lane) / block.Share), member, step);
            for (var d = 0; d < states; d++)
            {
                _means[place + d] += predicted[(d * lanes) + lane] / block.Share;
                _variances[place + d] += predicted[((states + d) * lanes) + lane] / block.Share;
            }
        }
    }

    /// <summary>Adds the returns of a finished block.</summary>
    public void Collect(BeliefBlock block, int group)
    {
        for (var c = 0; c < block.Candidates; c++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var place = 0; place < block.Groups * block.Share; place++)
            {
                var (tile, lane) = block.PlaceOf(c, place);
                var value = (double)block.Returns(tile)[lane];
                (sum, squares) = (sum + value, squares + (value * value));
            }

            _returns[((block.FirstCandidate + c) * _groups) + group] = (sum, squares);
        }
    }

    /// <summary>Writes the results of a population.</summary>
    public void Answer(int population, int horizon, RolloutResult into)
    {
        for (var candidate = 0; candidate < population; candidate++)
        {
            var (sum, squares) = (0.0, 0.0);
            foreach (var group in _returns.AsSpan(candidate * _groups, _groups))
                (sum, squares) = (sum + group.Sum, squares + group.Squares);
            var mean = sum / _particles;
            var isFinite = float.IsFinite((float)mean);
            into.Status[candidate] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
            into.Returns[candidate] = isFinite ? (float)mean : float.NegativeInfinity;
            into.Disagreement[candidate] = !isFinite ? 0 : (float)(
                AccumulatesStates ? StateStd(candidate, horizon)
                : _isPerMember ? ReturnStd(candidate, mean)
                : Math.Sqrt(Math.Max(0, (squares / _particles) - (mean * mean))));
        }
    }

    private int Place(int candidate, int member, int step) => ((((candidate * _members) + member) * _horizon) + step) * _states;

    private double ReturnStd(int candidate, double mean)
    {
        var squares = 0.0;
        foreach (var group in _returns.AsSpan(candidate * _groups, _groups))
            squares += Math.Pow((group.Sum * _groups / _particles) - mean, 2);
        return Math.Sqrt(squares / _groups);
    }

    private double StateStd(int candidate, int horizon)
    {
        var total = 0.0;
        for (var i = 0; i < horizon * _states; i++)
        {
            var (mean, variance, squares) = (0.0, 0.0, 0.0);
            for (var m = 0; m < _members; m++)
            {
                var place = Place(candidate, m, 0) + i;
                (mean, variance) = (mean + (_means[place] / _members), variance + (_variances[place] / _members));
            }

            for (var m = 0; m < _members; m++)
                squares += Math.Pow(_means[Place(candidate, m, 0) + i] - mean, 2);
            total += Math.Sqrt(squares / _members / variance);
        }

        return total / (horizon * _states);
    }
}
