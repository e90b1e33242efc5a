using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Another method's λ, improved by Adam steps on L_t, each with fresh samples. Not trained. From the prior with many steps: the
/// reference.
/// </summary>
/// <param name="start">Initial λ; null for the prior.</param>
/// <param name="steps">Number of gradient steps.</param>
/// <param name="learningRate">Adam's step size; it falls to a hundredth, exponentially.</param>
/// <param name="pairs">Antithetic pairs of samples for each gradient.</param>
public sealed class SviRefinement(PosteriorInference? start, int steps, double learningRate = 0.03, int pairs = 2)
    : PosteriorInference(nameof(SviRefinement))
{
    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        Refine(model, start?.Infer(model, prior, memory, observation) ?? prior, prior, memory, observation);

    /// <summary>Refines a given λ.</summary>
    public PosteriorParameters Refine(
        FilteringModel model, PosteriorParameters first, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var place = cat([first.Mean, first.LogStd], -1).detach().clone();
        var (momentum, scale) = (zeros_like(place), zeros_like(place));
        for (var i = 1; i <= steps; i++)
        {
            using var scope = NewDisposeScope();
            var slope = Slope(model, place, prior, memory, observation);
            momentum = ((momentum * 0.9) + (slope * 0.1)).MoveToOuterDisposeScope();
            scale = ((scale * 0.999) + (slope.square() * 0.001)).MoveToOuterDisposeScope();
            var rate = learningRate * Math.Pow(0.01, (double)i / steps);
            var step = momentum / (1 - Math.Pow(0.9, i)) / ((scale / (1 - Math.Pow(0.999, i))).sqrt() + 1e-8);
            place = (place + (step * rate)).MoveToOuterDisposeScope();
        }

        return PosteriorParameters.Split(place, model.Latent);
    }

    private Tensor Slope(FilteringModel model, Tensor place, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var current = PosteriorParameters.Split(place, model.Latent);
        var gradient = model.Gradient(current, prior, memory, observation, FilteringModel.AntitheticNoise(current.Mean, pairs));
        return cat([gradient.Mean, gradient.LogStd], -1);
    }
}
