using Robotics.Inference.Dense;
using Robotics.Inference.Rows;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>A modality's raw values to an embedding. Immutable; thread-safe as long as each caller brings its own scratch.</summary>
internal abstract class PackedEncoder
{
    /// <summary>Packs an encoder.</summary>
    public static PackedEncoder Create(EncoderWeights weights) => weights switch
    {
        ImageEncoderWeights image => new PackedImageEncoder(image),
        VectorEncoderWeights vector => new PackedVectorEncoder(vector),
        _ => throw new ArgumentException($"Encoders of the kind {weights.GetType().Name} cannot be compiled.", nameof(weights)),
    };

    /// <summary>Embedding dimension.</summary>
    public abstract int EmbeddingDimension { get; }

    /// <summary>Floats of memory that a call needs.</summary>
    public abstract int MemoryLength { get; }

    /// <summary>Computes one reading.</summary>
    /// <param name="values">[dimension].</param>
    /// <param name="embedding">[embedding dimension].</param>
    /// <param name="memory">At least <see cref="MemoryLength"/>.</param>
    public abstract void Encode(ReadOnlySpan<float> values, Span<float> embedding, Span<float> memory);
}

/// <summary>Vectors.</summary>
internal sealed class PackedVectorEncoder(VectorEncoderWeights weights) : PackedEncoder
{
    private readonly float[] _mean = [.. weights.Mean];
    private readonly float[] _std = [.. weights.Std];
    private readonly PackedHead _net = new(weights.Net, Activation.SiLU);

    /// <inheritdoc/>
    public override int EmbeddingDimension => _net.Outputs;

    /// <inheritdoc/>
    public override int MemoryLength => _mean.Length + _net.Hidden;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> values, Span<float> embedding, Span<float> memory)
    {
        for (var i = 0; i < _mean.Length; i++)
            memory[i] = (values[i] - _mean[i]) / _std[i];
        _net.Forward(memory[.._mean.Length], memory[_mean.Length..], embedding);
    }
}

/// <summary>
/// Images. That 0.5 is subtracted from every pixel is in the first layer's biases; the order of the last layer's channels is in
/// what it delivers.
/// </summary>
internal sealed class PackedImageEncoder : PackedEncoder
{
    private const float Middle = 0.5f;
    private readonly PackedConvolution[] _layers;
    private readonly PackedKeypoints? _points;
    private readonly LayerScratch _none = new(0);
    private readonly int _longest;

    /// <summary>Packs the layers.</summary>
    /// <exception cref="ArgumentException">A layer has padding, or does not take what the one before it gives.</exception>
    public PackedImageEncoder(ImageEncoderWeights weights)
    {
        if (weights.Layers.Any(l => l.Shape.Padding > 0))
            throw new ArgumentException("An encoder's convolutions must have no padding.", nameof(weights));
        if (weights.Layers.Zip(weights.Layers.Skip(1)).Any(pair => pair.First.Shape.OutputLength != pair.Second.Shape.InputLength))
            throw new ArgumentException("A convolution does not take what the one before it gives.", nameof(weights));
        _layers = [
            .. weights.Layers.Select((l, i) => new PackedConvolution(l.Shape, l.Weights, i == 0 ? Shifted(l) : l.Biases, Activation.Relu))];
        _points = weights.Points is { } points ? new PackedKeypoints(points, weights.Layers[0].Shape) : null;
        _longest = _layers.Max(l => l.Shape.OutputLength);
        EmbeddingDimension = weights.EmbeddingDimension;
    }

    /// <inheritdoc/>
    public override int EmbeddingDimension { get; }

    /// <inheritdoc/>
    public override int MemoryLength => (2 * _longest) + (_points?.MemoryLength ?? 0);

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> values, Span<float> embedding, Span<float> memory)
    {
        var image = values;
        for (var i = 0; i < _layers.Length; i++)
        {
            var output = memory.Slice(i % 2 * _longest, _layers[i].Shape.OutputLength);
            _layers[i].Forward(image, output, _none);
            if (i == 0)
                _points?.Find(output, embedding[_layers[^1].Shape.OutputLength..], memory[(2 * _longest)..]);
            image = output;
        }

        Deliver(image, _layers[^1].Shape.OutputChannels, embedding);
    }

    private static void Deliver(ReadOnlySpan<float> image, int channels, Span<float> embedding)
    {
        var places = image.Length / channels;
        for (var place = 0; place < places; place++)
        {
            for (var channel = 0; channel < channels; channel++)
                embedding[(channel * places) + place] = image[(place * channels) + channel];
        }
    }

    private static float[] Shifted(ConvolutionWeights layer)
    {
        var taps = layer.Weights.Length / layer.Biases.Length;
        return [.. layer.Biases.Select(
            (bias, o) => (float)(bias - (Middle * layer.Weights.AsSpan(o * taps, taps).ToArray().Sum(w => (double)w))))];
    }
}
