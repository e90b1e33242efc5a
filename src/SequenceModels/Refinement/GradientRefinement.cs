using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Iterative inference that reads the layer-normed, stopped gradient ∇_λ L_t. Where it differs from Marino, Cvitkovic and Yue 2018:
/// <list type="bullet">
/// <item>The norm divides by the root mean square r, separately for σ ⊙ ∇_μ L and ∇_{ln σ} L, and does not centre, which would hide
/// what all coordinates have in common; ln r is an input too.</item>
/// <item>f is λ + r / (1 + r) · (n + Δ), in units of σ for μ, where n is the normed gradient and Δ the network's output: it corrects a
/// gradient step whose size g sets, and small gradients give small steps.</item>
/// <item>The expectation in L_t is taken over the 2D cubature points in place of samples: the same λ has the same gradient, and the
/// network can rely on it. Training and measurement use bounds over samples.</item>
/// <item>The network also reads h and, as the error encoding of Marino, Yue and Mandt 2018, (x − x̂) / σ_x with x̂ decoded from μ
/// and held fixed, through asinh.</item>
/// </list>
/// Not thread-safe.
/// </summary>
public sealed class GradientRefinement : IterativeInference
{
    /// <summary>Creates the network.</summary>
    /// <param name="model">θ.</param>
    /// <param name="width">Units of the hidden layer.</param>
    /// <param name="iterations">Number of updates of λ.</param>
    /// <param name="start">Initial λ; null for the prior. It must have nothing to train.</param>
    public GradientRefinement(FilteringModel model, int width, int iterations, PosteriorInference? start = null)
        : base(nameof(GradientRefinement), model, Inputs(model), width, iterations, start) => RegisterComponents();

    /// <summary>The width with as many parameters as a direct encoder of the given width.</summary>
    public static int WidthLikeDirect(FilteringModel model, int width) => WidthLikeDirect(model, Inputs(model), width);

    private static int Inputs(FilteringModel model) => (4 * model.Latent) + 2 + model.Errors + model.Context + model.Modalities;

    private protected override PosteriorParameters Update(Situation now)
    {
        var (latent, current) = (now.Model.Latent, now.Current);
        var gradient = now.Model.Gradient(current, now.Prior, now.Memory, now.Observation, FilteringModel.CubaturePoints(current.Mean));
        var std = current.LogStd.exp();
        var (mean, meanSize) = Normed(gradient.Mean * std.detach());
        var (logStd, logStdSize) = Normed(gradient.LogStd);
        var output = _network.forward(cat(now.With(
            mean, logStd, meanSize.log(), logStdSize.log(), current.Mean, current.LogStd, now.Error.asinh(), now.Context), -1));
        var correction = output.narrow(-1, 2 * latent, 2 * latent);
        var towardsMean = (mean + correction.narrow(-1, 0, latent)) * (meanSize / (meanSize + 1)) * std;
        var towardsStd = (logStd + correction.narrow(-1, latent, latent)) * (logStdSize / (logStdSize + 1));
        return Gate(current, output, towardsMean, towardsStd);
    }

    /// <summary>A gradient scaled to a root mean square of 1, and its original root mean square.</summary>
    private static (Tensor Slope, Tensor Size) Normed(Tensor slope)
    {
        var size = (slope.square().mean([-1L], keepdim: true) + 1e-6).sqrt();
        return (slope / size, size);
    }
}
