using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Layers;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Iterative inference that runs the decoder forward only: it reads the error encoding of Marino, Yue and Mandt 2018,
/// ((x − x̂) / σ_x², (μ_q − μ_p) / σ_p²) with x̂ decoded from μ_q and held fixed, which a control loop can compute without automatic
/// differentiation. Where it differs: both errors pass through asinh in place of a layer norm, which would hide their size; the
/// network also reads h and the mask of modalities; images have no error here. Compiled by <see cref="RefinementCompiler"/>. Not
/// thread-safe.
/// </summary>
public sealed class ErrorRefinement : IterativeInference
{
    /// <summary>Creates the network.</summary>
    /// <param name="model">θ.</param>
    /// <param name="width">Units of the hidden layer.</param>
    /// <param name="iterations">Number of updates of λ.</param>
    /// <param name="start">Initial λ; null for the prior. It must have nothing to train.</param>
    public ErrorRefinement(FilteringModel model, int width, int iterations, PosteriorInference? start = null)
        : base(nameof(ErrorRefinement), model, Inputs(model), width, iterations, start) => RegisterComponents();

    /// <summary>
    /// The network: errors of x, errors of z, μ, ln σ, h and the mask of modalities, to gates of μ and ln σ and steps of both.
    /// </summary>
    public Mlp Network => _network;

    /// <summary>The width with as many parameters as a direct encoder of the given width.</summary>
    public static int WidthLikeDirect(FilteringModel model, int width) => WidthLikeDirect(model, Inputs(model), width);

    private static int Inputs(FilteringModel model) => model.Errors + (3 * model.Latent) + model.Context + model.Modalities;

    private protected override PosteriorParameters Update(Situation now)
    {
        var (latent, current) = (now.Model.Latent, now.Current);
        var observed = (now.Error / now.Model.Std).asinh();
        var expected = ((current.Mean - now.Prior.Mean).detach() / (now.Prior.LogStd * 2).exp().detach()).asinh();
        var output = _network.forward(cat(now.With(observed, expected, current.Mean, current.LogStd, now.Context), -1));
        var step = output.narrow(-1, 2 * latent, 2 * latent);
        return Gate(current, output, step.narrow(-1, 0, latent) * current.LogStd.exp(), step.narrow(-1, latent, latent));
    }
}
