namespace Robotics.Inference.Latent;

/// <summary>What the members of an ensemble over beliefs are compared by.</summary>
public enum BeliefDisagreement
{
    /// <summary>
    /// The standard deviation of the predicted return: with TS∞ over members, each by the mean of its particles; with TS1, where every
    /// particle meets all members, over particles.
    /// </summary>
    Return,

    /// <summary>
    /// The standard deviation over members of the next state's mean in units of the deviation that they predict for it, as the mean over
    /// steps and numbers: about 0 where they agree, 1 where they differ by as much as the world's own noise.
    /// </summary>
    State,
}
