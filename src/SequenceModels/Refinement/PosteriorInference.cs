using Robotics.SequenceModels.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>Inference of a step's posterior, given a <see cref="FilteringModel"/> whose parameters are fixed. Not thread-safe.</summary>
public abstract class PosteriorInference(string name) : nn.Module(name)
{
    /// <summary>Infers λ. Gradients reach this method's own parameters only.</summary>
    public abstract PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation);

    /// <summary>All iterates of λ; the last is the result of <see cref="Infer"/>.</summary>
    public virtual IReadOnlyList<PosteriorParameters> Iterates(
        FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        [Infer(model, prior, memory, observation)];

    /// <summary>Number of trainable parameters.</summary>
    public virtual long ParameterCount => parameters().Sum(p => p.NumberOfElements);
}

/// <summary>Direct amortisation: a network maps x_t and h to λ. Key <c>network.*</c>.</summary>
public sealed class DirectEncoder : PosteriorInference
{
    [ComponentName(Name = "network")]
    private readonly Mlp _network;

    /// <summary>Creates the network.</summary>
    public DirectEncoder(FilteringModel model, int width)
        : base(nameof(DirectEncoder))
    {
        _network = new Mlp(model.Evidence + model.Context, width, 2 * model.Latent);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var found = PosteriorParameters.Split(
            _network.forward(cat([model.EvidenceOf(observation), model.ContextOf(memory)], -1)), model.Latent);
        return model.OrPrior(found, prior, observation);
    }
}

/// <summary>
/// A recurrent state-space model's own posterior, the product of the prior and its experts. It has no training of its own.
/// </summary>
/// <param name="model">The model that it is for.</param>
public sealed class ProductOfExperts(RssmFilteringModel model) : PosteriorInference(nameof(ProductOfExperts))
{
    /// <summary>Number of parameters of the model's encoders and experts.</summary>
    public override long ParameterCount { get; } =
        model.Model.Encoder.parameters().Sum(p => p.NumberOfElements)
            + model.Model.Experts.Sum(e => e.parameters().Sum(p => p.NumberOfElements));

    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        ((RssmFilteringModel)model).Direct(prior, memory, observation);
}
