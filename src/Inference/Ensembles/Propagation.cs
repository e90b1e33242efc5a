namespace Robotics.Inference.Ensembles;

/// <summary>
/// Propagation of uncertainty from step to step (Chua et al. 2018, section 5.1 and appendix A; names as in the paper). With TS1
/// and TS∞ one member predicts for a particle at a step; with the others all do, which costs as many times more.
/// </summary>
public enum Propagation
{
    /// <summary>
    /// TS1: at every step each candidate's particles are assigned to the members anew, by a uniform permutation with equal
    /// shares, as the paper's code does.
    /// </summary>
    TS1,

    /// <summary>TS∞: particle p belongs to member ⌊p·M/P⌋ for the whole rollout.</summary>
    TSInfinity,

    /// <summary>
    /// DS, distribution sampling: each particle samples its change from one Gaussian with the mean and the variance of all
    /// members' predictions for it: mean of means; variance of means plus mean of variances.
    /// </summary>
    DS,

    /// <summary>
    /// MM, moment matching: as DS, and then all of a candidate's particles are resampled from one Gaussian with the mean and
    /// the variance that they have, element by element.
    /// </summary>
    MM,

    /// <summary>E, expectation: one particle follows the mean of the members' predictions; nothing is sampled.</summary>
    E,
}

/// <summary>Properties of a propagation. Pure; thread-safe.</summary>
public static class Propagations
{
    /// <summary>True when every member predicts for each particle at every step: DS, MM, E.</summary>
    public static bool AsksAllMembers(this Propagation propagation) => propagation >= Propagation.DS;

    /// <summary>Particles that a rollout carries where <paramref name="particles"/> are asked for: E carries one.</summary>
    public static int Carried(this Propagation propagation, int particles) => propagation == Propagation.E ? 1 : particles;
}
