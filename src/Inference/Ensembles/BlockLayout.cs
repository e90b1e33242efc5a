namespace Robotics.Inference.Ensembles;

/// <summary>
/// Layout of a work item's particles in its rows: group by group, and within a group candidate by candidate. The rows of a
/// group use the same members' networks, so that a tile of rows belongs to one of them. Groups begin at whole vectors.
/// </summary>
/// <param name="Groups">Groups of rows: with TS1 one for each member, otherwise one.</param>
/// <param name="ParticlesPerGroup">Rows that a candidate has in a group.</param>
/// <param name="Candidates">Candidates in a full block.</param>
/// <param name="VectorLanes">Floats in a vector.</param>
internal readonly record struct BlockLayout(int Groups, int ParticlesPerGroup, int Candidates, int VectorLanes)
{
    /// <summary>Rows from the start of one group to the next.</summary>
    public int GroupLanes => LanesOf(Candidates);

    /// <summary>Stride from one line to the next, floats.</summary>
    public int Rows => Groups * GroupLanes;

    /// <summary>Rows that some candidates fill in a group: whole vectors.</summary>
    public int LanesOf(int candidates) => ((candidates * ParticlesPerGroup) + VectorLanes - 1) / VectorLanes * VectorLanes;

    /// <summary>The row of a particle, counted over the groups.</summary>
    public int RowOf(int candidate, int particle) =>
        (particle / ParticlesPerGroup * GroupLanes) + (candidate * ParticlesPerGroup) + (particle % ParticlesPerGroup);
}
