using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// The loss of the members (BNN.finalize and BNN._compile_losses of the authors' code): the sum over members of the mean
/// over rows and outputs of (μ − y)²·exp(−l) + l, plus a penalty on the distance between the bounds of the log-variance. With β above 0
/// each element's term is weighted by exp(β·l), l in the networks' own units and taken as a constant: β-NLL of Seitzer, Tavakoli,
/// Antic, Martius 2022, "On the Pitfalls of Heteroscedastic Uncertainty Estimation with Probabilistic Neural Networks". Of the
/// deterministic kinds (NN._compile_losses): the sum over members of the mean of ½(μ − y)², in units of the targets' std
/// where targets are normalised. (The likelihood needs no such division: a unit moves it by a constant.)
/// The L2 terms are left to <see cref="FusedAdam"/>, which adds their gradients.
/// </summary>
internal static class EnsembleLoss
{
    /// <summary>The loss of one batch, a number with a gradient.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="inputs">[member × row × input], normalised.</param>
    /// <param name="targets">[member × row × D].</param>
    /// <param name="boundsPenalty">Weight of the penalty on the distance between the bounds.</param>
    /// <param name="beta">β.</param>
    public static Tensor From(ProbabilisticEnsemble model, Tensor inputs, Tensor targets, double boundsPenalty, double beta = 0)
    {
        var (mean, logVariance) = model.forward(inputs);
        var error = mean - targets;
        if (model.IsDeterministic)
            return (error / model.TargetStandardDeviation).square().sum() * (0.5 / (targets.shape[1] * targets.shape[2]));
        var perNumber = addcmul(logVariance, error * error, exp(-logVariance), 1);
        if (beta > 0)
            perNumber *= exp((logVariance.detach() - (2 * log(model.TargetStandardDeviation))) * beta);
        var rowsAndOutputs = targets.shape[1] * targets.shape[2];
        var bounds = (model.MaximumLogVariance - model.MinimumLogVariance).sum();
        return (perNumber.sum() * (1.0 / rowsAndOutputs)) + (bounds * boundsPenalty);
    }
}
