using Robotics.Inference.Weights;
using Robotics.SequenceModels.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Refinement;

/// <summary>
/// Amortized variational filtering (Marino, Cvitkovic and Yue 2018, algorithm 1): λ begins at the prior, or at another method's result;
/// each iteration feeds a network the errors of λ and λ itself, and λ ← g ⊙ λ + (1 − g) ⊙ f. Gradients do not pass through its inputs
/// (no second-order terms), z_{t−1} is fixed, and with nothing observed λ stays at the prior. Subclasses define the inputs:
/// <see cref="GradientRefinement"/> or, for the loop, <see cref="ErrorRefinement"/>. Unlike in the paper f is λ plus a step in
/// units of σ for μ. Key <c>network.*</c>. Not thread-safe.
/// </summary>
public abstract class IterativeInference : PosteriorInference
{
    /// <summary>Bias of the raw gates: initially λ moves by a quarter.</summary>
    internal const double FirstGate = RefinementWeights.DefaultGateOffset;

    /// <summary>To 2D gates and 2D step values.</summary>
    [ComponentName(Name = "network")]
    private protected readonly Mlp _network;

    private readonly PosteriorInference? _start;

    private protected IterativeInference(
        string name, FilteringModel model, int inputs, int width, int iterations, PosteriorInference? start)
        : base(name)
    {
        (Iterations, _start) = (iterations, start);
        _network = new Mlp(inputs, width, 4 * model.Latent);
    }

    /// <summary>Number of updates of λ.</summary>
    public int Iterations { get; }

    /// <summary>True when λ is initialised by another inference method, in place of the prior.</summary>
    public bool HasStart => _start is not null;

    /// <inheritdoc/>
    public override PosteriorParameters Infer(FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation) =>
        Iterates(model, prior, memory, observation)[^1];

    /// <inheritdoc/>
    public override IReadOnlyList<PosteriorParameters> Iterates(
        FilteringModel model, PosteriorParameters prior, Tensor memory, Tensor observation)
    {
        var found = new List<PosteriorParameters>();
        var (fixedPrior, context) = (prior.Detach(), model.ContextOf(memory));
        var current = _start?.Infer(model, prior, memory, observation).Detach() ?? fixedPrior;
        for (var i = 0; i < Iterations; i++)
        {
            var error = model.Error(current.Mean.detach(), memory, observation).detach();
            current = model.OrPrior(Update(new Situation(model, current, prior, memory, observation, error, context)), prior, observation);
            found.Add(current);
        }

        return found;
    }

    /// <summary>The width with as many parameters as a direct encoder of the given width, for a number of inputs.</summary>
    private protected static int WidthLikeDirect(FilteringModel model, int inputs, int width)
    {
        var direct = (width * (model.Evidence + model.Context + 1 + (2 * model.Latent))) + (2 * model.Latent);
        return Math.Max(1, (direct - (4 * model.Latent)) / (inputs + 1 + (4 * model.Latent)));
    }

    /// <summary>One iteration.</summary>
    private protected abstract PosteriorParameters Update(Situation now);

    /// <summary>λ moved towards f by the gates, the network's first 2D outputs.</summary>
    private protected static PosteriorParameters Gate(PosteriorParameters current, Tensor output, Tensor towardsMean, Tensor towardsStd)
    {
        var latent = (int)current.Mean.shape[^1];
        var step = 1 - (output.narrow(-1, 0, 2 * latent) + FirstGate).sigmoid();
        var place = cat([current.Mean, current.LogStd], -1) + (step * cat([towardsMean, towardsStd], -1));
        return PosteriorParameters.Split(place, latent);
    }

    /// <summary>Start of an iteration.</summary>
    private protected sealed record Situation(
        FilteringModel Model, PosteriorParameters Current, PosteriorParameters Prior,
        Tensor Memory, Tensor Observation, Tensor Error, Tensor Context)
    {
        /// <summary>Input of every member besides the errors of λ: the mask of modalities, when any may be missing.</summary>
        public Tensor[] With(params Tensor[] inputs) => Model.Known(Observation) is { } known ? [.. inputs, known] : inputs;
    }
}
