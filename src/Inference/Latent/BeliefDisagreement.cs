namespace Robotics.Inference.Latent;

/// <summary>Measure of disagreement between the members of an ensemble over beliefs.</summary>
public enum BeliefDisagreement
{
    /// <summary>
    /// The std of the predicted return: with TS∞ over members, each by the mean of its particles; with TS1, where every
    /// particle is predicted by all members in turn, over particles.
    /// </summary>
    Return,

    /// <summary>
    /// The std over members of the next state's mean in units of the std that they predict for it, as the mean over
    /// steps and elements: about 0 when they agree, 1 when they differ by as much as the process noise.
    /// </summary>
    State,
}
