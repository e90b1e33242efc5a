using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// The generative side θ of a model of sequences, one step at a time, as filtered by Marino et al. 2018: what inference of posteriors needs
/// of it, whichever model it is. A step goes: <see cref="Before"/>, <see cref="Prior"/>, inference, <see cref="After"/>. The
/// observation of a step is a row of values whose meaning depends on the model. Not thread-safe; not for the tick path.
/// </summary>
public abstract class FilteringModel(string name) : nn.Module(name)
{
    /// <summary>D.</summary>
    public abstract int Latent { get; }

    /// <summary>Dimension of <see cref="ContextOf"/>.</summary>
    public abstract int Context { get; }

    /// <summary>Dimension of <see cref="EvidenceOf"/>.</summary>
    public abstract int Evidence { get; }

    /// <summary>Dimension of <see cref="Error"/>.</summary>
    public abstract int Errors { get; }

    /// <summary>Number of modalities that may be missing, each independently; 0 when everything is always present.</summary>
    public virtual int Modalities => 0;

    /// <summary>σ_x of what <see cref="Error"/> is about.</summary>
    public abstract double Std { get; }

    /// <summary>Carry into the first step, [B × carry].</summary>
    public abstract Tensor Start(long count);

    /// <summary>Memory that a step's prior and likelihood are conditioned on, [B × memory]; it includes h.</summary>
    public abstract Tensor Before(Tensor carry, Tensor observation);

    /// <summary>Carry into the next step.</summary>
    public abstract Tensor After(Tensor memory, Tensor observation, Tensor latent);

    /// <summary>p(z_t | h).</summary>
    public abstract PosteriorParameters Prior(Tensor memory);

    /// <summary>ln p(x_t | z_t, h) of the observation, nats: [B] for z of [B × D], [S × B] for [S × B × D].</summary>
    public abstract Tensor LogLikelihood(Tensor latent, Tensor memory, Tensor observation);

    /// <summary>
    /// (x_t − x̂_t) / σ_x of vectors, x̂ being decoded from z, 0 where nothing was observed: of the shape of z but for the last dimension.
    /// </summary>
    public abstract Tensor Error(Tensor latent, Tensor memory, Tensor observation);

    /// <summary>h, the context of inference, [B × context].</summary>
    public virtual Tensor ContextOf(Tensor memory) => memory;

    /// <summary>Input of direct encoders from x_t, [B × evidence].</summary>
    public virtual Tensor EvidenceOf(Tensor observation) => observation;

    /// <summary>[B × modalities], 1 where a modality is present; null when all always are.</summary>
    public virtual Tensor? Known(Tensor observation) => null;

    /// <summary>
    /// L_t: one step's part of the evidence lower bound in nats, [B], by samples z = μ + σ ε; ε of [B × D] is one sample, of [S × B × D]
    /// the mean of S.
    /// </summary>
    public Tensor Bound(PosteriorParameters posterior, PosteriorParameters prior, Tensor memory, Tensor observation, Tensor noise)
    {
        var latent = posterior.Mean + (posterior.LogStd.exp() * noise);
        var likelihood = LogLikelihood(latent, memory, observation);
        likelihood = likelihood.ndim == 1 ? likelihood : likelihood.mean([0L]);
        return likelihood - posterior.Distribution.KlFrom(prior.Distribution).squeeze(-1);
    }

    /// <summary>∇_λ L_t, without a graph; everything else is held fixed.</summary>
    public PosteriorParameters Gradient(
        PosteriorParameters posterior, PosteriorParameters prior, Tensor memory, Tensor observation, Tensor noise)
    {
        using var scope = NewDisposeScope();
        using var on = enable_grad();
        var (mean, logStd) =
            (posterior.Mean.detach().clone().requires_grad_(), posterior.LogStd.detach().clone().requires_grad_());
        var bound = Bound(new PosteriorParameters(mean, logStd), prior.Detach(), memory.detach(), observation, noise).sum();
        var gradients = autograd.grad([bound], [mean, logStd]);
        return new PosteriorParameters(gradients[0].MoveToOuterDisposeScope(), gradients[1].MoveToOuterDisposeScope());
    }

    /// <summary>The inferred posterior where anything was observed, and the prior where nothing was.</summary>
    public PosteriorParameters OrPrior(PosteriorParameters found, PosteriorParameters prior, Tensor observation)
    {
        if (Known(observation) is not { } known)
            return found;
        var any = known.sum(-1, keepdim: true).gt(0);
        return new PosteriorParameters(where(any, found.Mean, prior.Mean), where(any, found.LogStd, prior.LogStd));
    }

    /// <summary>
    /// Pairs ε, −ε for samples of a step, [2·pairs × B × D]: their mean gives the exact gradient of a quadratic L_t at μ, which the
    /// noise of single samples would dominate as soon as μ is within σ of its optimum.
    /// </summary>
    public static Tensor AntitheticNoise(Tensor like, int pairs)
    {
        var noise = randn([pairs, like.shape[0], like.shape[1]], dtype: like.dtype);
        return cat([noise, -noise], 0);
    }

    /// <summary>
    /// The points ±√D e_i in place of samples, [2D × B × D]: in their mean polynomials up to the third degree have their
    /// expectation under the standard normal (Arasaratnam and Haykin 2009, third-degree spherical-radial rule).
    /// </summary>
    public static Tensor CubaturePoints(Tensor like)
    {
        var size = like.shape[1];
        var half = eye(size, dtype: like.dtype) * Math.Sqrt(size);
        return cat([half, -half], 0).unsqueeze(1).expand(2 * size, like.shape[0], size);
    }
}
