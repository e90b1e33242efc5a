namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// What is learned: the rows of the ablation of Chua et al. 2018 (section 4 for the models, section 6 for the comparison), as
/// the <c>model-type</c> of the authors' code has them.
/// </summary>
public enum EnsembleKind
{
    /// <summary>An ensemble of networks that each predict a Gaussian: PETS.</summary>
    PE,

    /// <summary>One network that predicts a Gaussian.</summary>
    P,

    /// <summary>An ensemble of networks that each predict a number, trained on the squared error; rolled out without noise.</summary>
    DE,

    /// <summary>One network that predicts a number.</summary>
    D,
}
