using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>How the posterior of a step is found, given a <see cref="FilteringModel"/> whose parameters are fixed. Not thread-safe.</summary>
public abstract class InferenceArm(string name) : nn.Module(name)
{
    /// <summary>Infers λ. Gradients reach this arm's own parameters only.</summary>
    public abstract PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation);

    /// <summary>Infers λ by way of all its iterates, the last being what <see cref="Infer"/> gives.</summary>
    public virtual IReadOnlyList<PosteriorParameters> Iterates(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        [Infer(model, prior, memory, observation)];

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
