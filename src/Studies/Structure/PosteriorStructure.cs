namespace Robotics.Studies.Structure;

/// <summary>
/// Structure of a Gaussian chain q(x) = Π q(x_t | x_{t−1}); each but the last contains the one before. The mean of a step is
/// linear in the previous step, A_t x_{t−1} + b_t, and its covariance is L_t L_tᵀ.
/// </summary>
public enum PosteriorStructure
{
    /// <summary>Every coordinate independent: A = 0, L diagonal; all readings.</summary>
    MeanField,

    /// <summary>Each coordinate a Markov chain of its own: A and L diagonal; all readings.</summary>
    Markovian,

    /// <summary>The full chain: A full, L lower triangular; all readings. Contains the exact linear-Gaussian posterior.</summary>
    Structured,

    /// <summary>The full chain, each step conditioned on the readings up to its own only.</summary>
    Filtering,
}
