namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// Kind of model: the rows of the ablation of Chua et al. 2018 (section 4 for the models, section 6 for the comparison), as
/// the <c>model-type</c> of the authors' code has them.
/// </summary>
public enum EnsembleKind
{
    /// <summary>An ensemble of networks that each predict a Gaussian: PETS.</summary>
    PE,

    /// <summary>One network that predicts a Gaussian.</summary>
    P,

    /// <summary>An ensemble of networks that each predict a mean, trained on the squared error; rolled out without noise.</summary>
    DE,

    /// <summary>One network that predicts a mean.</summary>
    D,
}
