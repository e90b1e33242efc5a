using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Layers;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Models;

/// <summary>
/// A latent-variable model of sequences. Every model of the family is trained by the same loop and evaluated by
/// the same report. A model defines how it infers latents and how it predicts without observations; encoders, decoders and likelihoods
/// are shared. Not thread-safe; not for the tick path.
/// </summary>
public abstract class SequenceModel : nn.Module
{
    /// <summary>The encoders of the modalities; key <c>encoder</c>.</summary>
    [ComponentName(Name = "encoder")]
    private protected readonly ObservationEncoder _encoder;

    /// <summary>The likelihoods; key <c>decoder</c>.</summary>
    [ComponentName(Name = "decoder")]
    private protected readonly ObservationDecoder _decoder;

    private protected SequenceModel(string name, SequenceLayout layout, SequenceModelOptions options, int features, int carry)
        : base(name)
    {
        options.Validate();
        (Layout, Options, FeatureDimension, CarryDimension) = (layout, options, features, carry);
        _encoder = new ObservationEncoder(layout, options);
        _decoder = new ObservationDecoder(layout, options, features, _encoder);
    }

    /// <summary>Layout of its observations and actions.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>Its kind and sizes.</summary>
    public SequenceModelOptions Options { get; }

    /// <summary>Feature dimension: the input of decoders and probes.</summary>
    public int FeatureDimension { get; }

    /// <summary>Carry dimension: the state from which it predicts.</summary>
    public int CarryDimension { get; }

    /// <summary>True when the posterior of a step uses later observations: such a model smooths and does not filter.</summary>
    public virtual bool IsSmoother => false;

    /// <summary>The encoders.</summary>
    public ObservationEncoder Encoder => _encoder;

    /// <summary>The likelihoods.</summary>
    public ObservationDecoder Decoder => _decoder;

    /// <summary>Number of trainable parameters.</summary>
    public long ParameterCount => parameters().Sum(p => p.NumberOfElements);

    /// <summary>Creates an untrained model.</summary>
    /// <param name="layout">Layout of its observations and actions.</param>
    /// <param name="options">Kind and sizes.</param>
    /// <param name="key">Random key of the initial weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="UserErrorException">The image format does not fit the model's sizes.</exception>
    public static SequenceModel Create(SequenceLayout layout, SequenceModelOptions options, RandomKey key)
    {
        using var random = TorchRandom.Scope(key.Value);
        return options.Kind switch
        {
            SequenceModelKind.Rssm or SequenceModelKind.Rnn or SequenceModelKind.Ssm => new RecurrentStateSpaceModel(layout, options),
            SequenceModelKind.Vrnn => new VariationalRecurrentModel(layout, options),
            SequenceModelKind.Srnn => new StochasticRecurrentModel(layout, options),
            _ => new VariationalStateSpaceModel(layout, options),
        };
    }

    /// <summary>Infers latents.</summary>
    /// <param name="batch">The sequences; each begins with the initial belief.</param>
    /// <param name="sample">True to sample latents from libtorch's generator; otherwise their means are used.</param>
    public abstract InferredSequence Infer(SequenceBatch batch, bool sample);

    /// <summary>Predicts without observations.</summary>
    /// <param name="carry">[N × carry].</param>
    /// <param name="actions">[K × N × action].</param>
    /// <param name="sample">True to sample latents from the prior.</param>
    /// <returns>[K × N × feature].</returns>
    public abstract Tensor Imagine(Tensor carry, Tensor actions, bool sample);

    /// <summary>
    /// Priors further ahead, for latent overshooting: p(s_t | q_{t−d}) for d = 2 … distance, each aligned with the steps that it is
    /// about. Empty for models without it.
    /// </summary>
    /// <param name="inferred">The inferred sequence.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="distance">Maximum d.</param>
    /// <returns>Per d the priors [(T − d) × B × D] of steps d … T − 1.</returns>
    public virtual IReadOnlyList<DiagonalGaussian> Overshoot(InferredSequence inferred, SequenceBatch batch, int distance) => [];

    /// <summary>Sets the units of the training data; before the first update.</summary>
    public void SetStatistics(SequenceReplay replay)
    {
        _encoder.SetStatistics(replay);
        _decoder.SetStatistics(replay);
    }
}
