namespace Robotics.Inference;

/// <summary>
/// How a work item's particles stand in its rows: member by member, so that a tile of rows belongs to one member; within a
/// member candidate by candidate. Particle p of candidate c stands in the rows of member ⌊p·M/P⌋. Immutable.
/// </summary>
internal sealed class BlockLayout
{
    private const int MostCandidates = 64;

    private BlockLayout(int members, int particles, int candidates, int tileLanes)
    {
        Members = members;
        Candidates = candidates;
        ParticlesPerMember = particles / members;
        MemberLanes = Tiles(candidates, ParticlesPerMember, tileLanes) * tileLanes;
        Rows = members * MemberLanes;
    }

    public int Members { get; }

    /// <summary>Candidates in a full block.</summary>
    public int Candidates { get; }

    public int ParticlesPerMember { get; }

    /// <summary>Rows of one member: whole tiles.</summary>
    public int MemberLanes { get; }

    public int Rows { get; }

    /// <summary>The layout in which the workers are done first: least idle lanes, least idle workers.</summary>
    public static BlockLayout Choose(int members, int particles, int population, int workers, int tileLanes)
    {
        var best = 1;
        var least = long.MaxValue;
        for (var candidates = 1; candidates <= Math.Min(MostCandidates, population); candidates++)
        {
            var items = (population + candidates - 1) / candidates;
            var rounds = (items + workers - 1) / workers;
            var cost = (long)rounds * Tiles(candidates, particles / members, tileLanes);
            if (cost >= least)
                continue;
            (best, least) = (candidates, cost);
        }

        return new BlockLayout(members, particles, best, tileLanes);
    }

    /// <summary>The row of a particle.</summary>
    public int RowOf(int candidate, int particle) =>
        (particle / ParticlesPerMember * MemberLanes) + (candidate * ParticlesPerMember) + (particle % ParticlesPerMember);

    private static int Tiles(int candidates, int particlesPerMember, int tileLanes) =>
        ((candidates * particlesPerMember) + tileLanes - 1) / tileLanes;
}
