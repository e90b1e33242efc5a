namespace Robotics.Studies.Structure;

/// <summary>
/// What a Gaussian chain q(x) = Π q(x_t | x_{t−1}) may hold; each but the last contains the one before. The mean of a step is
/// linear in the step before it, A_t x_{t−1} + b_t, its covariance is L_t L_tᵀ.
/// </summary>
public enum PosteriorStructure
{
    /// <summary>Every number by itself: A = 0, L diagonal; all readings.</summary>
    MeanField,

    /// <summary>Each coordinate a Markov chain of its own: A and L diagonal; all readings.</summary>
    Markovian,

    /// <summary>The full chain: A full, L lower triangular; all readings. Holds the exact answer of a linear-Gaussian system.</summary>
    Structured,

    /// <summary>The full chain, but a step knows the readings up to its own only.</summary>
    Filtering,
}
