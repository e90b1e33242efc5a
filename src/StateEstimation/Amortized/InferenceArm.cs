using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>How the posterior of a step is found, given a <see cref="FilteringModel"/> whose parameters are fixed. Not thread-safe.</summary>
public abstract class InferenceArm(string name) : nn.Module(name)
{
    /// <summary>Infers λ. Gradients reach this arm's own parameters only.</summary>
    public abstract PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation);

    /// <summary>Numbers that are learned.</summary>
    public long ParameterCount => parameters().Sum(p => p.NumberOfElements);
}

/// <summary>Direct amortisation: a network makes λ of x_t and h_{t−1}. Key <c>network.*</c>.</summary>
public sealed class DirectArm : InferenceArm
{
    [ComponentName(Name = "network")]
    private readonly Mlp _network;

    /// <summary>Makes the network.</summary>
    public DirectArm(FilteringModel model, int width)
        : base(nameof(DirectArm))
    {
        _network = new Mlp(model.Observation + model.Hidden, width, 2 * model.Latent);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        FilteringModel.Split(_network.forward(cat([observation, memory], -1)), model.Latent);
}

/// <summary>
/// Amortized variational filtering (Marino, Cvitkovic and Yue 2018, algorithm 1): λ begins at the prior; each iteration feeds the network the
/// layer-normed, stopped gradient ∇_λ L_t and λ, and λ ← g ⊙ λ + (1 − g) ⊙ f. Gradients do not pass through ∇_λ L_t (no second-order
/// terms), z_{t−1} is fixed. Unlike the source it also reads h_{t−1}, and a fresh sample is drawn in every iteration. Key <c>network.*</c>.
/// </summary>
public sealed class IterativeArm : InferenceArm
{
    private readonly int _iterations;

    [ComponentName(Name = "network")]
    private readonly Mlp _network;

    /// <summary>Makes the network.</summary>
    public IterativeArm(FilteringModel model, int width, int iterations)
        : base(nameof(IterativeArm))
    {
        _iterations = iterations;
        _network = new Mlp((4 * model.Latent) + model.Hidden, width, 4 * model.Latent);
        RegisterComponents();
    }

    /// <summary>The width at which this arm has as many parameters as a direct arm of the given width.</summary>
    public static int WidthLikeDirect(FilteringModel model, int width)
    {
        var direct = (width * (model.Observation + model.Hidden + 1 + (2 * model.Latent))) + (2 * model.Latent);
        return Math.Max(1, (direct - (4 * model.Latent)) / ((4 * model.Latent) + model.Hidden + 1 + (4 * model.Latent)));
    }

    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var current = prior.Detach();
        for (var i = 0; i < _iterations; i++)
        {
            var gradient = model.Gradient(current, prior, memory, observation, randn_like(current.Mean));
            var slope = Normed(cat([gradient.Mean, gradient.LogDeviation], -1));
            var place = cat([current.Mean, current.LogDeviation], -1);
            var output = _network.forward(cat([slope, Normed(place), memory], -1));
            var gate = output.narrow(-1, 0, 2 * model.Latent).sigmoid();
            var proposed = output.narrow(-1, 2 * model.Latent, 2 * model.Latent);
            current = FilteringModel.Split((gate * place) + ((1 - gate) * proposed), model.Latent);
        }

        return current;
    }

    private static Tensor Normed(Tensor input) => nn.functional.layer_norm(input, [input.shape[^1]]);
}

/// <summary>Another arm's λ, improved by steps of Adam on L_t, each with a fresh sample. Learns nothing. From the prior with many steps: the reference.</summary>
/// <param name="start">Where λ begins; null for the prior.</param>
/// <param name="steps">Gradient steps.</param>
/// <param name="learningRate">Adam's step size; it falls to a hundredth, exponentially.</param>
/// <param name="samples">Samples for each gradient.</param>
public sealed class RefinedArm(InferenceArm? start, int steps, double learningRate = 0.03, int samples = 1) : InferenceArm(nameof(RefinedArm))
{
    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        Refine(model, start?.Infer(model, prior, memory, observation) ?? prior, prior, memory, observation);

    /// <summary>Improves a given λ.</summary>
    public PosteriorParameters Refine(FilteringModel model, PosteriorParameters first, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var place = cat([first.Mean, first.LogDeviation], -1).detach().clone();
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

        return FilteringModel.Split(place, model.Latent);
    }
    private Tensor Slope(FilteringModel model, Tensor place, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var current = FilteringModel.Split(place, model.Latent);
        var sum = zeros_like(place);
        for (var s = 0; s < samples; s++)
        {
            var gradient = model.Gradient(current, prior, memory, observation, randn_like(current.Mean));
            sum = sum + cat([gradient.Mean, gradient.LogDeviation], -1);
        }

        return sum / samples;
    }
}
