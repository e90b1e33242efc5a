namespace Robotics.Controller.Planning;

/// <summary>Search method of a sampling planner.</summary>
public enum PlannerKind
{
    /// <summary>Uniform sequences, the best one wins (Nagabandi et al. 2018).</summary>
    RandomShooting,

    /// <summary>The cross-entropy method as PETS uses it (Chua et al. 2018).</summary>
    Cem,

    /// <summary>The improved cross-entropy method: coloured noise, kept elites, shrinking populations (Pinneri et al. 2020).</summary>
    Icem,

    /// <summary>Model predictive path integral control (Williams et al. 2017).</summary>
    Mppi,

    /// <summary>
    /// Several sequences climb the gradient of the return side by side (Bharadhwaj et al. 2020); needs an evaluator with
    /// derivatives.
    /// </summary>
    Gradient,
}
