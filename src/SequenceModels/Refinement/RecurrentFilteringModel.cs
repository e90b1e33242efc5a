using Robotics.SequenceModels.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// The generative side of a variational recurrent network (Chung et al. 2015), as filtered by Marino et al. 2018: prior p(z_t | h_{t−1}),
/// likelihood p(x_t | z_t, h_{t−1}) = N(decoder, σ_x²) and h_t = GRU(h_{t−1}, (x_t, z_t)). Unlike in Chung et al. observations enter the
/// recurrence raw, and σ_x is given. An observation's row is x_t. Keys: <c>prior.*</c>, <c>decoder.*</c>, <c>recurrence.*</c>. Not
/// thread-safe.
/// </summary>
public sealed class RecurrentFilteringModel : FilteringModel
{
    [ComponentName(Name = "prior")]
    private readonly Mlp _prior;

    [ComponentName(Name = "decoder")]
    private readonly Mlp _decoder;

    [ComponentName(Name = "recurrence")]
    private readonly GRUCell _recurrence;

    /// <summary>Creates the model.</summary>
    /// <param name="observation">Dimension of x.</param>
    /// <param name="latent">D.</param>
    /// <param name="hidden">Dimension of h and of hidden layers.</param>
    /// <param name="std">σ_x.</param>
    public RecurrentFilteringModel(int observation, int latent, int hidden, double std)
        : base(nameof(RecurrentFilteringModel))
    {
        (Evidence, Latent, Context, Std) = (observation, latent, hidden, std);
        _prior = new Mlp(hidden, hidden, 2 * latent);
        _decoder = new Mlp(latent + hidden, hidden, observation);
        _recurrence = nn.GRUCell(observation + latent, hidden);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override int Latent { get; }

    /// <inheritdoc/>
    public override int Context { get; }

    /// <inheritdoc/>
    public override int Evidence { get; }

    /// <inheritdoc/>
    public override int Errors => Evidence;

    /// <inheritdoc/>
    public override double Std { get; }

    /// <inheritdoc/>
    public override Tensor Start(long count) => zeros(count, Context);

    /// <inheritdoc/>
    public override Tensor Before(Tensor carry, Tensor observation) => carry;

    /// <inheritdoc/>
    public override Tensor After(Tensor memory, Tensor observation, Tensor latent) =>
        _recurrence.forward(cat([observation, latent], -1), memory);

    /// <inheritdoc/>
    public override PosteriorParameters Prior(Tensor memory) => PosteriorParameters.Split(_prior.forward(memory), Latent);

    /// <inheritdoc/>
    public override Tensor LogLikelihood(Tensor latent, Tensor memory, Tensor observation) =>
        ((Error(latent, memory, observation).square() + Math.Log(2 * Math.PI * Std * Std)) * -0.5).sum(-1);

    /// <inheritdoc/>
    public override Tensor Error(Tensor latent, Tensor memory, Tensor observation)
    {
        var known = latent.ndim == memory.ndim ? memory : memory.expand(latent.shape[0], -1, -1);
        return (observation - _decoder.forward(cat([latent, known], -1))) / Std;
    }
}
