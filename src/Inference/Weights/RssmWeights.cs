namespace Robotics.Inference.Weights;

/// <summary>Two dense layers with SiLU between them. Treat as immutable.</summary>
/// <param name="Hidden">The first.</param>
/// <param name="Output">The second.</param>
public sealed record HeadWeights(LayerWeights Hidden, LayerWeights Output);

/// <summary>Encoder of a modality's raw values. Treat as immutable.</summary>
public abstract record EncoderWeights
{
    /// <summary>Dimension of a reading.</summary>
    public abstract int Dimension { get; }
}

/// <summary>A vector: (x − mean) / std, then two layers, each followed by SiLU. Treat as immutable.</summary>
/// <param name="Mean">[dimension].</param>
/// <param name="Std">[dimension], positive.</param>
/// <param name="Net">The layers.</param>
public sealed record VectorEncoderWeights(float[] Mean, float[] Std, HeadWeights Net) : EncoderWeights
{
    /// <inheritdoc/>
    public override int Dimension => Mean.Length;
}

/// <summary>One convolution. Treat as immutable.</summary>
/// <param name="Shape">Its size.</param>
/// <param name="Weights">[output channel × input channel × row × column].</param>
/// <param name="Biases">[output channel].</param>
public sealed record ConvolutionWeights(ConvolutionShape Shape, float[] Weights, float[] Biases);

/// <summary>
/// Points in a feature map: a map per point, a softmax over its places, and the expected column and row. Treat as immutable.
/// </summary>
/// <param name="Weights">[point × channel].</param>
/// <param name="Biases">[point]; a softmax does not feel them.</param>
/// <param name="Reach">The coordinate of the last column and row; the first has its negative.</param>
public sealed record KeypointWeights(float[] Weights, float[] Biases, float Reach)
{
    /// <summary>The coordinate of the last column and row in every encoder that is trained here.</summary>
    public const float DefaultReach = 2;
}

/// <summary>
/// An image of 0 to 1, [height × width × channel], of which 0.5 is subtracted; then convolutions, each followed by ReLU. The
/// embedding is the last one's output, [channel × height × width], and behind it column and row of each point. Treat as immutable.
/// </summary>
/// <param name="Layers">The convolutions in order, the first without padding.</param>
/// <param name="Points">Points in the first one's output; null for none.</param>
public sealed record ImageEncoderWeights(IReadOnlyList<ConvolutionWeights> Layers, KeypointWeights? Points = null) : EncoderWeights
{
    /// <summary>Embedding dimension.</summary>
    public int EmbeddingDimension => Layers[^1].Shape.OutputLength + (2 * (Points?.Biases.Length ?? 0));

    /// <inheritdoc/>
    public override int Dimension => Layers[0].Shape.InputLength;
}

/// <summary>
/// Posterior expert of one modality, N(μ, σ): silu(Context·h + Embedding·(e, age) + bias), then D means and D raw stds with
/// σ = softplus(raw) + minimum. Treat as immutable.
/// </summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Encoder">Encoder of a reading to e.</param>
/// <param name="Context">[hidden × deterministic], without a bias.</param>
/// <param name="Embedding">From the embedding with the age, in periods, behind it.</param>
/// <param name="Output">To 2·D numbers.</param>
public sealed record RssmModalityWeights(string Name, EncoderWeights Encoder, float[] Context, LayerWeights Embedding, LayerWeights Output);

/// <summary>
/// A trained recurrent state-space model (Hafner et al. 2019, "Learning Latent Dynamics for Planning from Pixels") in the neutral form
/// that any trainer can fill; its image decoders, which no loop needs, are not here. Treat as immutable.
/// </summary>
public sealed record RssmWeights
{
    /// <summary>Dimension of h, the deterministic state.</summary>
    public required int Deterministic { get; init; }

    /// <summary>D: numbers in s, the stochastic state.</summary>
    public required int Stochastic { get; init; }

    /// <summary>Action dimension.</summary>
    public required int ActionDimension { get; init; }

    /// <summary>Seconds between two steps; ages are told in these.</summary>
    public required double PeriodSeconds { get; init; }

    /// <summary>Offset added to every std.</summary>
    public required float MinimumStd { get; init; }

    /// <summary>True when every std of prior and experts is 1: the deterministic half alone. Default: false.</summary>
    public bool HasUnitStd { get; init; }

    /// <summary>True when the prior's means are changes of s. Default: false.</summary>
    public bool HasResidualPrior { get; init; }

    /// <summary>(s, a) to the recurrent unit's input; SiLU follows.</summary>
    public required LayerWeights Transition { get; init; }

    /// <summary>The recurrent unit's weights for its input, gates in the order reset, update, new.</summary>
    public required LayerWeights CellInput { get; init; }

    /// <summary>The recurrent unit's weights for h.</summary>
    public required LayerWeights CellState { get; init; }

    /// <summary>h to D means and D raw stds of the prior.</summary>
    public required HeadWeights Prior { get; init; }

    /// <summary>(h, s) to the expected reward.</summary>
    public required HeadWeights Reward { get; init; }

    /// <summary>The modalities in the model's order.</summary>
    public required IReadOnlyList<RssmModalityWeights> Modalities { get; init; }

    /// <summary>Checks that every shape fits. Values are not looked at.</summary>
    /// <exception cref="ArgumentException">A shape does not fit; the message says which.</exception>
    public void Validate()
    {
        Check("transition", Transition, Stochastic + ActionDimension, Transition.Outputs);
        Check("cell's input", CellInput, Transition.Outputs, 3 * Deterministic);
        Check("cell's state", CellState, Deterministic, 3 * Deterministic);
        Check("prior", Prior, Deterministic, 2 * Stochastic);
        Check("reward", Reward, Deterministic + Stochastic, 1);
        foreach (var m in Modalities)
        {
            Require(m.Context.Length == Deterministic * m.Embedding.Outputs,
                $"the context of '{m.Name}' has {m.Context.Length} weights where {Deterministic} x {m.Embedding.Outputs} are needed");
            Check($"embedding of '{m.Name}'", m.Embedding, EmbeddingOf(m) + 1, m.Embedding.Outputs);
            Check($"output of '{m.Name}'", m.Output, m.Embedding.Outputs, 2 * Stochastic);
        }
    }

    private static int EmbeddingOf(RssmModalityWeights modality) => modality.Encoder switch
    {
        ImageEncoderWeights image => image.EmbeddingDimension,
        VectorEncoderWeights vector => vector.Net.Output.Outputs,
        _ => throw new ArgumentException($"The encoder of '{modality.Name}' is of a kind that cannot be compiled."),
    };

    private static void Check(string name, HeadWeights head, int inputs, int outputs)
    {
        Check(name, head.Hidden, inputs, head.Hidden.Outputs);
        Check(name, head.Output, head.Hidden.Outputs, outputs);
    }

    private static void Check(string name, LayerWeights layer, int inputs, int outputs)
    {
        Require(layer.Inputs == inputs && layer.Outputs == outputs,
            $"the layer {name} is {layer.Outputs} x {layer.Inputs} where {outputs} x {inputs} is needed");
        Require(layer.Weights.Length == inputs * outputs && layer.Biases.Length == outputs,
            $"the layer {name} has {layer.Weights.Length} weights and {layer.Biases.Length} biases");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new ArgumentException($"The state-space model's weights do not fit: {what}.");
    }
}
