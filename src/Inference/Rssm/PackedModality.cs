using Robotics.Core.Beliefs;
using Robotics.Inference.Rows;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// One modality's encoder and expert. What is kept of a reading is the expert's part of the hidden layer that the reading decides, so
/// that a replay repeats only what depends on h. Immutable; thread-safe as long as each caller brings its own memory.
/// </summary>
internal sealed class PackedModality
{
    private readonly PackedEncoder _encoder;
    private readonly PackedLinear _context;
    private readonly PackedLinear _embedding;
    private readonly PackedLinear _output;
    private readonly float[] _slope;

    /// <summary>Packs a modality.</summary>
    public PackedModality(RssmModalityWeights weights)
    {
        var (inputs, hidden) = (weights.Embedding.Inputs - 1, weights.Embedding.Outputs);
        _encoder = PackedEncoder.Create(weights.Encoder);
        _context = new PackedLinear(weights.Context, new float[hidden]);
        var columns = weights.Embedding.Weights;
        float[] embedding = [.. Enumerable.Range(0, hidden).SelectMany(o => columns.AsSpan(o * (inputs + 1), inputs).ToArray())];
        _embedding = new PackedLinear(embedding, weights.Embedding.Biases);
        _slope = [.. Enumerable.Range(0, hidden).Select(o => columns[(o * (inputs + 1)) + inputs])];
        _output = new PackedLinear(weights.Output.Weights, weights.Output.Biases);
        Spec = new ModalitySpec(weights.Name, weights.Encoder.Dimension, hidden);
    }

    /// <summary>Description of the modality for the estimator interface.</summary>
    public ModalitySpec Spec { get; }

    /// <summary>Floats of memory that <see cref="Embed"/> needs.</summary>
    public int MemoryLength => _encoder.EmbeddingDimension + _encoder.MemoryLength;

    /// <summary>The reading's part of the expert's hidden layer.</summary>
    /// <param name="values">[dimension].</param>
    /// <param name="into">[hidden].</param>
    /// <param name="memory">At least <see cref="MemoryLength"/>.</param>
    public void Embed(ReadOnlySpan<float> values, Span<float> into, Span<float> memory)
    {
        var size = _encoder.EmbeddingDimension;
        _encoder.Encode(values, memory[..size], memory[size..]);
        _embedding.Forward(memory[..size], into);
    }

    /// <summary>Gaussian of the expert.</summary>
    /// <param name="path">h, [deterministic].</param>
    /// <param name="embedding">[hidden], from <see cref="Embed"/>.</param>
    /// <param name="age">In periods, 0 to 1.</param>
    /// <param name="kernel">Between the layers.</param>
    /// <param name="hidden">Memory of at least [hidden].</param>
    /// <param name="output">[2·D]: means, raw stds.</param>
    public void Infer(
        ReadOnlySpan<float> path, ReadOnlySpan<float> embedding, float age, GaussianKernel kernel, Span<float> hidden, Span<float> output)
    {
        hidden = hidden[..embedding.Length];
        _context.Forward(path, hidden);
        kernel.Join(hidden, embedding, age, _slope);
        _output.Forward(hidden, output);
    }
}
