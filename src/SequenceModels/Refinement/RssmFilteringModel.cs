using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Models;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// A recurrent state-space model (Hafner et al. 2019) for inference methods: z is s_t, h is h_t, the memory of a step is (h_t,
/// s_{t−1}), and what is observed is a row of <see cref="RssmRows"/>. Missing modalities have no likelihood,
/// and with nothing at all the posterior is the prior. Rewards have none either: a filter does not observe them. Owns the model:
/// disposing this disposes it. Key <c>model</c>. Not thread-safe.
/// </summary>
public sealed class RssmFilteringModel : FilteringModel
{
    [ComponentName(Name = "model")]
    private readonly RecurrentStateSpaceModel _model;

    private readonly SequenceLayout _layout;
    private readonly int[] _offsets;

    /// <summary>Wraps a model.</summary>
    /// <exception cref="ArgumentException">Its kind is not <see cref="SequenceModelKind.Rssm"/>.</exception>
    public RssmFilteringModel(RecurrentStateSpaceModel model)
        : base(nameof(RssmFilteringModel))
    {
        if (model.Options.Kind != SequenceModelKind.Rssm)
            throw new ArgumentException(
                $"Posteriors of the kind '{model.Options.Kind}' cannot be refined; use the kind 'rssm'.", nameof(model));
        (_model, _layout) = (model, model.Layout);
        _offsets = new int[_layout.Modalities.Count + 1];
        _offsets[0] = _layout.ActionDimension;
        for (var m = 0; m < _layout.Modalities.Count; m++)
            _offsets[m + 1] = _offsets[m] + 2 + _layout.Modalities[m].Dimension;
        Errors = _layout.Modalities.Where(m => !m.IsImage).Sum(m => m.Dimension);
        Evidence = Errors + (2 * Modalities) + Enumerable.Range(0, Modalities)
            .Where(m => _layout.Modalities[m].IsImage).Sum(m => model.Encoder.Sizes[m] - 1);
        RegisterComponents();
    }

    /// <summary>The wrapped model.</summary>
    public RecurrentStateSpaceModel Model => _model;

    /// <inheritdoc/>
    public override int Latent => _model.Options.Stochastic;

    /// <inheritdoc/>
    public override int Context => _model.Options.Deterministic;

    /// <summary>Vectors in standard units, embeddings of images, and the presence and age of every modality.</summary>
    public override int Evidence { get; }

    /// <summary>Dimension of all vectors together, images excluded.</summary>
    public override int Errors { get; }

    /// <inheritdoc/>
    public override int Modalities => _layout.Modalities.Count;

    /// <summary>σ of a vector's elements, in standard units.</summary>
    public override double Std => _model.Options.VectorDeviation;

    /// <inheritdoc/>
    public override Tensor Start(long count) => _model.InitialCarry(count, CPU);

    /// <inheritdoc/>
    public override Tensor Before(Tensor carry, Tensor observation) =>
        cat([_model.Path(carry, observation.narrow(-1, 0, _layout.ActionDimension)), carry.narrow(-1, Context, Latent)], -1);

    /// <inheritdoc/>
    public override Tensor After(Tensor memory, Tensor observation, Tensor latent) => cat([ContextOf(memory), latent], -1);

    /// <inheritdoc/>
    public override PosteriorParameters Prior(Tensor memory) => PosteriorParameters.From(_model.PriorOf(ContextOf(memory), memory));

    /// <inheritdoc/>
    public override Tensor ContextOf(Tensor memory) => memory.narrow(-1, 0, Context);

    /// <inheritdoc/>
    public override Tensor Known(Tensor observation) => cat([.. Enumerable.Range(0, Modalities).Select(m => KnownOf(m, observation))], -1);

    /// <inheritdoc/>
    public override Tensor EvidenceOf(Tensor observation) =>
        cat([.. Enumerable.Range(0, Modalities).Select(m => EvidenceOf(m, observation))], -1);

    /// <inheritdoc/>
    public override Tensor LogLikelihood(Tensor latent, Tensor memory, Tensor observation)
    {
        var features = Features(latent, memory);
        return Enumerable.Range(0, Modalities).Select(Part).Aggregate((sum, part) => sum + part);

        Tensor Part(int m)
        {
            var constant = 2 * (Math.Log(_model.Decoder.StdOf(m)) + DiagonalGaussian.HalfLogTwoPi);
            return ((ErrorOf(m, features, observation).square() + constant) * -0.5).sum(-1) * KnownOf(m, observation).squeeze(-1);
        }
    }

    /// <inheritdoc/>
    public override Tensor Error(Tensor latent, Tensor memory, Tensor observation)
    {
        var features = Features(latent, memory);
        var vectors = Enumerable.Range(0, Modalities).Where(m => !_layout.Modalities[m].IsImage);
        return cat([.. vectors.Select(m => ErrorOf(m, features, observation) * KnownOf(m, observation)),
            zeros([.. latent.shape[..^1], 0], dtype: latent.dtype)], -1);
    }

    /// <summary>The model's own direct posterior: the product of a given prior and the experts of the observed modalities.</summary>
    public PosteriorParameters Direct(PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var experts = Enumerable.Range(0, Modalities).Select(
            m => _model.ExpertOf(m, ContextOf(memory), _model.Experts[m].Project(EmbeddingOf(m, observation))));
        var masks = Enumerable.Range(0, Modalities).Select(m => KnownOf(m, observation));
        return OrPrior(PosteriorParameters.From(prior.Distribution.Multiply([.. experts], [.. masks])), prior, observation);
    }

    private Tensor Features(Tensor latent, Tensor memory)
    {
        var path = ContextOf(memory);
        return cat([latent.ndim == path.ndim ? path : path.expand(latent.shape[0], -1, -1), latent], -1);
    }

    /// <summary>(x − x̂) / σ of a modality in the units of its likelihood, whether it was observed or not.</summary>
    private Tensor ErrorOf(int m, Tensor features, Tensor observation)
    {
        var decoded = _model.Decoder.Decode(m, features.reshape(-1, features.shape[^1])).flatten(1);
        var target = _model.Decoder.Target(m, ValuesOf(m, observation)).flatten(1);
        return (target - decoded.reshape([.. features.shape[..^1], decoded.shape[1]])) / _model.Decoder.StdOf(m);
    }

    private Tensor EvidenceOf(int m, Tensor observation)
    {
        var known = KnownOf(m, observation);
        return _layout.Modalities[m].IsImage
            ? cat([known, EmbeddingOf(m, observation).detach()], -1)
            : cat([known, AgeOf(m, observation), _model.Decoder.Target(m, ValuesOf(m, observation)) * known], -1);
    }

    private Tensor EmbeddingOf(int m, Tensor observation) =>
        cat([_model.Encoder[m].call(ValuesOf(m, observation)), AgeOf(m, observation)], -1) * KnownOf(m, observation);

    private Tensor KnownOf(int m, Tensor observation) => observation.narrow(-1, _offsets[m], 1);

    private Tensor AgeOf(int m, Tensor observation) => observation.narrow(-1, _offsets[m] + 1, 1);

    private Tensor ValuesOf(int m, Tensor observation)
    {
        var values = observation.narrow(-1, _offsets[m] + 2, _layout.Modalities[m].Dimension);
        return _layout.Modalities[m].Image is { } format ? values.reshape(-1, format.Channels, format.Height, format.Width) : values;
    }
}
