using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>The parameters λ of a step's posterior. The tensors belong to the scope they were made in.</summary>
/// <param name="Mean">μ, [B × D].</param>
/// <param name="LogDeviation">ln σ, [B × D].</param>
public sealed record PosteriorParameters(Tensor Mean, Tensor LogDeviation)
{
    /// <summary>The distribution.</summary>
    public DiagonalGaussian Distribution => new(Mean, LogDeviation.exp());

    /// <summary>The same numbers without gradients.</summary>
    public PosteriorParameters Detach() => new(Mean.detach(), LogDeviation.detach());
}

/// <summary>
/// The generative side θ of a variational recurrent network (Chung et al. 2015), as filtered by Marino et al. 2018: prior p(z_t | h_{t−1}),
/// likelihood p(x_t | z_t, h_{t−1}) = N(decoder, σ_x²) and h_t = GRU(h_{t−1}, (x_t, z_t)). Unlike in Chung et al. observations enter the
/// recurrence raw, and σ_x is given. Keys: <c>prior.*</c>, <c>decoder.*</c>, <c>recurrence.*</c>. Not thread-safe.
/// </summary>
public sealed class FilteringModel : nn.Module
{
    private const double LogDeviationRange = 5;

    [ComponentName(Name = "prior")]
    private readonly Mlp _prior;

    [ComponentName(Name = "decoder")]
    private readonly Mlp _decoder;

    [ComponentName(Name = "recurrence")]
    private readonly GRUCell _recurrence;

    /// <summary>Makes the model.</summary>
    /// <param name="observation">Numbers in x.</param>
    /// <param name="latent">D.</param>
    /// <param name="hidden">Numbers in h and in hidden layers.</param>
    /// <param name="deviation">σ_x.</param>
    public FilteringModel(int observation, int latent, int hidden, double deviation)
        : base(nameof(FilteringModel))
    {
        (Observation, Latent, Hidden, Deviation) = (observation, latent, hidden, deviation);
        _prior = new Mlp(hidden, hidden, 2 * latent);
        _decoder = new Mlp(latent + hidden, hidden, observation);
        _recurrence = nn.GRUCell(observation + latent, hidden);
        RegisterComponents();
    }

    /// <summary>Numbers in x.</summary>
    public int Observation { get; }

    /// <summary>D.</summary>
    public int Latent { get; }

    /// <summary>Numbers in h.</summary>
    public int Hidden { get; }

    /// <summary>σ_x.</summary>
    public double Deviation { get; }

    /// <summary>p(z_t | h_{t−1}).</summary>
    public PosteriorParameters Prior(Tensor memory) => Split(_prior.forward(memory), Latent);

    /// <summary>ln p(x_t | z_t, h_{t−1}) in nats: [B] for z of [B × D], [S × B] for [S × B × D].</summary>
    public Tensor LogLikelihood(Tensor latent, Tensor memory, Tensor observation)
    {
        return ((Error(latent, memory, observation).square() + Math.Log(2 * Math.PI * Deviation * Deviation)) * -0.5).sum(-1);
    }

    /// <summary>(x_t − x̂_t) / σ_x, x̂ being decoded from z: of the shape of z but for the last dimension.</summary>
    public Tensor Error(Tensor latent, Tensor memory, Tensor observation)
    {
        var known = latent.ndim == memory.ndim ? memory : memory.expand(latent.shape[0], -1, -1);
        return (observation - _decoder.forward(cat([latent, known], -1))) / Deviation;
    }

    /// <summary>h_t.</summary>
    public Tensor Next(Tensor memory, Tensor observation, Tensor latent) => _recurrence.forward(cat([observation, latent], -1), memory);

    /// <summary>
    /// L_t: one step's part of the evidence lower bound in nats, [B], by samples z = μ + σ ε; ε of [B × D] is one sample, of [S × B × D]
    /// the mean of S.
    /// </summary>
    public Tensor Bound(PosteriorParameters posterior, PosteriorParameters prior, Tensor memory, Tensor observation, Tensor noise)
    {
        var latent = posterior.Mean + (posterior.LogDeviation.exp() * noise);
        var likelihood = LogLikelihood(latent, memory, observation);
        likelihood = likelihood.ndim == 1 ? likelihood : likelihood.mean([0L]);
        return likelihood - posterior.Distribution.DivergenceFrom(prior.Distribution).squeeze(-1);
    }

    /// <summary>∇_λ L_t, without a graph behind it; λ and everything else are held fixed.</summary>
    public PosteriorParameters Gradient(PosteriorParameters posterior, PosteriorParameters prior, Tensor memory, Tensor observation, Tensor noise)
    {
        using var on = enable_grad();
        var (mean, logDeviation) = (posterior.Mean.detach().clone().requires_grad_(), posterior.LogDeviation.detach().clone().requires_grad_());
        var bound = Bound(new PosteriorParameters(mean, logDeviation), prior.Detach(), memory.detach(), observation, noise).sum();
        var gradients = autograd.grad([bound], [mean, logDeviation]);
        return new PosteriorParameters(gradients[0], gradients[1]);
    }

    /// <summary>
    /// Pairs ε, −ε for samples of a step, [2·pairs × B × D]: in their mean the slope of a quadratic L_t at μ is exact, where single samples
    /// would drown it as soon as μ is within σ of its place.
    /// </summary>
    public static Tensor AntitheticNoise(Tensor like, int pairs)
    {
        var noise = randn([pairs, like.shape[0], like.shape[1]], dtype: like.dtype);
        return cat([noise, -noise], 0);
    }

    /// <summary>
    /// The points ±√D e_i in place of draws, [2D × B × D]: in their mean polynomials up to the third degree have their expectation under the
    /// standard normal (Arasaratnam and Haykin 2009, third-degree spherical-radial rule).
    /// </summary>
    public static Tensor CubaturePoints(Tensor like)
    {
        var size = like.shape[1];
        var half = eye(size, dtype: like.dtype) * Math.Sqrt(size);
        return cat([half, -half], 0).unsqueeze(1).expand(2 * size, like.shape[0], size);
    }

    internal static PosteriorParameters Split(Tensor both, int latent) =>
        new(both.narrow(-1, 0, latent), both.narrow(-1, latent, latent).clamp(-LogDeviationRange, LogDeviationRange));
}
