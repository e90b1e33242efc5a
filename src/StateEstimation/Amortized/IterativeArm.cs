using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>
/// Amortized variational filtering (Marino, Cvitkovic and Yue 2018, algorithm 1): λ begins at the prior; each iteration feeds the network
/// the layer-normed, stopped gradient ∇_λ L_t and λ, and λ ← g ⊙ λ + (1 − g) ⊙ f. Gradients do not pass through ∇_λ L_t (no second-order
/// terms), z_{t−1} is fixed. Where it differs:
/// <list type="bullet">
/// <item>The norm divides by the root mean square r, apart for σ ⊙ ∇_μ L and ∇_{ln σ} L, and does not centre, which would hide what all
/// coordinates have in common; ln r is an input too.</item>
/// <item>f is λ + r / (1 + r) · (n + Δ), in units of σ for μ, where n is the normed slope and Δ what the network says: it corrects a
/// gradient step whose size g sets, and small slopes make small steps.</item>
/// <item>The expectation in L_t is taken over the 2D cubature points in place of draws: the same λ has the same slope, and the network can
/// trust it. What is learned and what is measured are bounds over draws.</item>
/// <item>The network also reads h_{t−1} and, as the error encoding of Marino, Yue and Mandt 2018, (x − x̂) / σ_x with x̂ decoded from μ
/// and held fixed, through asinh.</item>
/// </list>
/// Key <c>network.*</c>. Not thread-safe.
/// </summary>
public sealed class IterativeArm : InferenceArm
{
    private const double FirstGate = 1;
    private readonly int _iterations;

    [ComponentName(Name = "network")]
    private readonly Mlp _network;

    /// <summary>Makes the network.</summary>
    public IterativeArm(FilteringModel model, int width, int iterations)
        : base(nameof(IterativeArm))
    {
        _iterations = iterations;
        _network = new Mlp(Inputs(model), width, 4 * model.Latent);
        RegisterComponents();
    }

    /// <summary>The width at which this arm has as many parameters as a direct arm of the given width.</summary>
    public static int WidthLikeDirect(FilteringModel model, int width)
    {
        var direct = (width * (model.Observation + model.Hidden + 1 + (2 * model.Latent))) + (2 * model.Latent);
        return Math.Max(1, (direct - (4 * model.Latent)) / (Inputs(model) + 1 + (4 * model.Latent)));
    }

    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        Iterates(model, prior, memory, observation)[^1];

    /// <inheritdoc/>
    public override IReadOnlyList<PosteriorParameters> Iterates(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var found = new List<PosteriorParameters>();
        var current = prior.Detach();
        var points = FilteringModel.CubaturePoints(current.Mean);
        for (var i = 0; i < _iterations; i++)
        {
            var gradient = model.Gradient(current, prior, memory, observation, points);
            var error = model.Error(current.Mean.detach(), memory, observation).detach();
            current = Update(model.Latent, current, gradient, error.asinh(), memory);
            found.Add(current);
        }

        return found;
    }

    private static int Inputs(FilteringModel model) => (4 * model.Latent) + 2 + model.Observation + model.Hidden;

    private PosteriorParameters Update(int latent, PosteriorParameters current, PosteriorParameters gradient, Tensor error, Tensor memory)
    {
        var deviation = current.LogDeviation.exp();
        var (mean, meanSize) = Normed(gradient.Mean * deviation.detach());
        var (spread, spreadSize) = Normed(gradient.LogDeviation);
        var output = _network.forward(cat([mean, spread, meanSize.log(), spreadSize.log(), current.Mean, current.LogDeviation, error, memory], -1));
        var step = 1 - (output.narrow(-1, 0, 2 * latent) + FirstGate).sigmoid();
        var correction = output.narrow(-1, 2 * latent, 2 * latent);
        var towardsMean = (mean + correction.narrow(-1, 0, latent)) * (meanSize / (meanSize + 1)) * deviation;
        var towardsSpread = (spread + correction.narrow(-1, latent, latent)) * (spreadSize / (spreadSize + 1));
        var place = cat([current.Mean, current.LogDeviation], -1) + (step * cat([towardsMean, towardsSpread], -1));
        return FilteringModel.Split(place, latent);
    }

    /// <summary>A slope at root mean square 1, and what its root mean square was.</summary>
    private static (Tensor Slope, Tensor Size) Normed(Tensor slope)
    {
        var size = (slope.square().mean([-1L], keepdim: true) + 1e-6).sqrt();
        return (slope / size, size);
    }
}
