namespace Robotics.Inference.Formats;

/// <summary>The family of sequence models.</summary>
public enum SequenceModelKind
{
    /// <summary>Recurrent state-space model: a deterministic and a stochastic path (Hafner et al. 2019).</summary>
    Rssm,

    /// <summary>Its deterministic half alone.</summary>
    Rnn,

    /// <summary>Its stochastic half alone.</summary>
    Ssm,

    /// <summary>Variational recurrent network (Chung et al. 2015).</summary>
    Vrnn,

    /// <summary>Stochastic recurrent network, which smooths (Fraccaro et al. 2016).</summary>
    Srnn,

    /// <summary>State-space model whose posterior is independent over time.</summary>
    MeanField,

    /// <summary>State-space model whose posterior is a Markov chain that sees the past and the present.</summary>
    Markovian,

    /// <summary>State-space model whose posterior is a Markov chain that sees the future too.</summary>
    Structured,
}
