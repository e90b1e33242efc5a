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
    private readonly int _crews;
    private readonly bool _isPerMember;
    private readonly int _particles;
    private readonly int _horizon;
    private readonly int _states;
    private readonly (double Sum, double Squares)[] _earned;
    private readonly float[] _means;
    private readonly float[] _variances;

    /// <summary>Allocates for the largest request.</summary>
    public BeliefReturns(PackedBeliefEnsemble ensemble, BeliefRolloutOptions options, int crews)
    {
        (_members, _crews, _particles, _horizon, _states) =
            (ensemble.Members, crews, options.Particles, options.MaximumHorizon, ensemble.Stochastic);
        _isPerMember = options.Propagation == Propagation.TSInfinity;
        _earned = new (double, double)[options.MaximumPopulation * crews];
        HearsStates = options.Disagreement == BeliefDisagreement.State;
        var places = HearsStates ? options.MaximumPopulation * _members * _horizon * _states : 0;
        (_means, _variances) = (new float[places], new float[places]);
    }

    /// <summary>True when it needs the members' predictions.</summary>
    public bool HearsStates { get; }

    /// <summary>Clears the predictions of the block's candidates.</summary>
    public void Begin(BeliefBlock block)
    {
        for (var c = 0; HearsStates && c < block.Candidates; c++)
        {
            var (first, length) = (Place(block.FirstCandidate + c, block.FirstMember, 0), block.Groups * _horizon * _states);
            _means.AsSpan(first, length).Clear();
            _variances.AsSpan(first, length).Clear();
        }
    }

    /// <summary>Adds a tile's predictions: D lines of means, then D of variances.</summary>
    public void Hear(BeliefBlock block, int tile, int member, int step, float* predicted, int states)
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
    public void Collect(BeliefBlock block, int crew)
    {
        for (var c = 0; c < block.Candidates; c++)
        {
            var (sum, squares) = (0.0, 0.0);
            for (var place = 0; place < block.Groups * block.Share; place++)
            {
                var (tile, lane) = block.PlaceOf(c, place);
                var earned = (double)block.Returns(tile)[lane];
                (sum, squares) = (sum + earned, squares + (earned * earned));
            }

            _earned[((block.FirstCandidate + c) * _crews) + crew] = (sum, squares);
        }
    }

    /// <summary>Writes the results of a population.</summary>
    public void Answer(int population, int horizon, RolloutResult into)
    {
        for (var candidate = 0; candidate < population; candidate++)
        {
            var (sum, squares) = (0.0, 0.0);
            foreach (var crew in _earned.AsSpan(candidate * _crews, _crews))
                (sum, squares) = (sum + crew.Sum, squares + crew.Squares);
            var mean = sum / _particles;
            var isFinite = float.IsFinite((float)mean);
            into.Status[candidate] = isFinite ? RolloutStatus.Ok : RolloutStatus.NotFinite;
            into.Returns[candidate] = isFinite ? (float)mean : float.NegativeInfinity;
            into.Disagreement[candidate] = !isFinite ? 0 : (float)(
                HearsStates ? StateSpread(candidate, horizon)
                : _isPerMember ? ReturnSpread(candidate, mean)
                : Math.Sqrt(Math.Max(0, (squares / _particles) - (mean * mean))));
        }
    }

    private int Place(int candidate, int member, int step) => ((((candidate * _members) + member) * _horizon) + step) * _states;

    private double ReturnSpread(int candidate, double mean)
    {
        var squares = 0.0;
        foreach (var crew in _earned.AsSpan(candidate * _crews, _crews))
            squares += Math.Pow((crew.Sum * _crews / _particles) - mean, 2);
        return Math.Sqrt(squares / _crews);
    }

    private double StateSpread(int candidate, int horizon)
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
