using Robotics.Inference.Ensembles;

namespace Robotics.Inference.Rollouts;

/// <summary>
/// Divides a population among workers. An item is a block of whole candidates with all their particles; with TS∞, whose
/// particles never change members, an item is one member's share of them, so that a single network stays in the cache through
/// the whole horizon and small populations fill their tiles. Results do not depend on the division. Not thread-safe.
/// </summary>
internal sealed class WorkDivision
{
    // Costs in units of a full tile through one network for one step.
    private const double NarrowTile = 0.55;
    private const double ItemOverhead = 0.05;
    private const double NetworkFromFar = 0.15;
    private const int MaximumRowsPerMember = 256;
    private const int MaximumRows = 1280;
    private readonly BlockLayout[] _layouts;
    private readonly int _groups;
    private readonly int _particlesPerGroup;
    private readonly int _networksPerGroup;
    private readonly int _workers;
    private readonly int _vectorLanes;

    public WorkDivision(Propagation propagation, int members, int particles, int maximumPopulation, int workers, int vectorLanes)
    {
        var isShared = propagation is Propagation.TS1 or Propagation.TSInfinity;
        Groups = propagation == Propagation.TSInfinity ? members : 1;
        _groups = propagation == Propagation.TS1 ? members : 1;
        _networksPerGroup = isShared ? 1 : members;
        _particlesPerGroup = isShared ? particles / members : particles;
        (_workers, _vectorLanes) = (workers, vectorLanes);
        _layouts = new BlockLayout[maximumPopulation + 1];
        var most = (propagation == Propagation.TSInfinity ? MaximumRowsPerMember : MaximumRows) / (_groups * _particlesPerGroup);
        MaximumCandidates = Math.Clamp(most, 1, maximumPopulation);
    }

    /// <summary>Items that share a candidate's particles: with TS∞ one for each member, otherwise one.</summary>
    public int Groups { get; }

    /// <summary>Maximum candidates in an item.</summary>
    public int MaximumCandidates { get; }

    /// <summary>Rows that any item's block needs at most.</summary>
    public int MaximumRowsPerBlock => Layout(MaximumCandidates).Rows;

    /// <summary>The layout of a population's items: the one with the shortest makespan.</summary>
    public BlockLayout For(int population)
    {
        ref var layout = ref _layouts[population];
        if (layout.Candidates == 0)
            layout = Choose(population);
        return layout;
    }

    /// <summary>Items of a population: part by part of the population, within a part particle group by particle group.</summary>
    public int Items(int population) => Groups * ((population + For(population).Candidates - 1) / For(population).Candidates);

    private BlockLayout Layout(int candidates) => new(_groups, _particlesPerGroup, candidates, _vectorLanes);

    private BlockLayout Choose(int population)
    {
        var (best, least) = (1, double.PositiveInfinity);
        for (var candidates = 1; candidates <= Math.Min(MaximumCandidates, population); candidates++)
        {
            var (full, left) = Math.DivRem(population, candidates);
            var duration = Duration(Groups * full, Cost(candidates), left > 0 ? Groups : 0, Cost(left));
            if (duration < least)
                (best, least) = (candidates, duration);
        }

        return Layout(best);
    }

    private double Cost(int candidates)
    {
        var vectors = Layout(1).LanesOf(candidates) / _vectorLanes;
        var tiles = (vectors / 2) + (vectors % 2 * NarrowTile);
        var networks = _groups * _networksPerGroup;
        return (networks * tiles) + ItemOverhead + (networks > 1 ? networks * NetworkFromFar : 0);
    }

    /// <summary>Makespan when each worker takes the next item as soon as it is free: full items first.</summary>
    private double Duration(int full, double fullCost, int partial, double partialCost)
    {
        var (rounds, extra) = Math.DivRem(full, _workers);
        Span<double> free = stackalloc double[Math.Min(_workers, MaximumRows)];
        for (var w = 0; w < free.Length; w++)
            free[w] = (rounds + (w < extra ? 1 : 0)) * fullCost;
        for (var i = 0; i < partial; i++)
        {
            var next = 0;
            for (var w = 1; w < free.Length; w++)
                next = free[w] < free[next] ? w : next;
            free[next] += partialCost;
        }

        var last = 0.0;
        foreach (var time in free)
            last = Math.Max(last, time);
        return last;
    }
}
