namespace Robotics.Inference;

/// <summary>How particles meet the members of the ensemble (Chua et al. 2018, section 5.1).</summary>
public enum Propagation
{
    /// <summary>
    /// TS1: at every step each candidate's particles are dealt out to the members anew, by a uniform permutation with equal
    /// shares, as the paper's code does.
    /// </summary>
    TS1,

    /// <summary>TS∞: particle p belongs to member ⌊p·M/P⌋ for the whole rollout.</summary>
    TSInfinity,
}
