namespace Robotics.Inference.Ensembles;

/// <summary>
/// How uncertainty is carried from step to step (Chua et al. 2018, section 5.1 and appendix A; names as in the paper). With TS1
/// and TS∞ a particle asks one member at a step; with the others it asks all of them, which costs as many times more.
/// </summary>
public enum Propagation
{
    /// <summary>
    /// TS1: at every step each candidate's particles are dealt out to the members anew, by a uniform permutation with equal
    /// shares, as the paper's code does.
    /// </summary>
    TS1,

    /// <summary>TS∞: particle p belongs to member ⌊p·M/P⌋ for the whole rollout.</summary>
    TSInfinity,

    /// <summary>
    /// DS, distribution sampling: each particle draws its change from one Gaussian with the mean and the variance of all
    /// members' predictions for it: mean of means; variance of means plus mean of variances.
    /// </summary>
    DS,

    /// <summary>
    /// MM, moment matching: as DS, and then all of a candidate's particles are drawn anew from one Gaussian with the mean and
    /// the variance that they have, element by element.
    /// </summary>
    MM,

    /// <summary>E, expectation: one particle goes where the members' mean takes it; nothing is drawn.</summary>
    E,
}

/// <summary>What follows from a propagation. Pure; thread-safe.</summary>
public static class Propagations
{
    /// <summary>Whether each particle asks all members at every step: DS, MM, E.</summary>
    public static bool AsksAllMembers(this Propagation propagation) => propagation >= Propagation.DS;

    /// <summary>Particles that a rollout carries where <paramref name="particles"/> are asked for: E carries one.</summary>
    public static int Carried(this Propagation propagation, int particles) => propagation == Propagation.E ? 1 : particles;
}
