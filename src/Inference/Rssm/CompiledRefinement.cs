using Robotics.Core.Beliefs;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// Amortized variational filtering as the loop runs it: improves the posterior of a <see cref="CompiledRssm"/> by a fixed number of updates
/// that a network computes from prediction errors (Marino, Cvitkovic and Yue 2018, with the error encoding of Marino, Yue and Mandt 2018).
/// Decoders of vectors are run forward; cameras enter by their experts, from which it then begins. Immutable; thread-safe.
/// </summary>
public sealed class CompiledRefinement
{
    private readonly PackedHead _network;
    private readonly PackedHead?[] _decoders;
    private readonly float[]?[] _means;
    private readonly float[]?[] _stds;
    private readonly RefinementWeights _weights;
    private readonly CompiledRssm _model;

    private CompiledRefinement(RefinementWeights weights, CompiledRssm model)
    {
        (_weights, _model) = (weights, model);
        Errors = weights.Decoders.Sum(d => d?.Mean.Length ?? 0);
        Check(weights, model);
        _network = new PackedHead(weights.Network);
        _decoders = [.. weights.Decoders.Select(d => d is null ? null : new PackedHead(d.Net))];
        _means = [.. weights.Decoders.Select(d => d?.Mean)];
        _stds = [.. weights.Decoders.Select(d => d?.Std)];
    }

    /// <summary>Number of posterior updates.</summary>
    public int Iterations => _weights.Iterations;

    /// <summary>True to begin at the product of prior and experts; otherwise at the prior, without the experts.</summary>
    public bool StartsFromExperts => _weights.StartsFromExperts;

    /// <summary>Dimension of all vectors together.</summary>
    internal int Errors { get; }

    internal int Inputs => _network.Inputs;

    internal int WidestLayer => Math.Max(_network.Hidden, _decoders.Max(d => d?.Hidden ?? 0));

    internal int MaximumVectorLength => _means.Max(m => m?.Length ?? 0);

    internal CompiledRssm Model => _model;

    /// <summary>Packs a trained refinement. For set-up.</summary>
    /// <param name="weights">The refinement.</param>
    /// <param name="model">The model that it was trained for.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or it would ignore the model's cameras.</exception>
    public static CompiledRefinement Compile(RefinementWeights weights, CompiledRssm model) => new(weights, model);

    /// <summary>Improves a posterior in place. Does not allocate.</summary>
    /// <param name="path">h, [deterministic].</param>
    /// <param name="observation">The observation; at least one modality is present.</param>
    /// <param name="memory">Holds the prior.</param>
    /// <param name="mean">μ, [stochastic].</param>
    /// <param name="std">Std σ, [stochastic].</param>
    internal void Refine(
        ReadOnlySpan<float> path, ObservationFrame observation, RefinementMemory memory, Span<float> mean, Span<float> std)
    {
        var latent = mean.Length;
        path.CopyTo(memory.Features);
        var known = memory.Inputs.AsSpan(Errors + (3 * latent));
        path.CopyTo(known);
        for (var m = 0; m < _decoders.Length; m++)
            known[path.Length + m] = observation[m].IsNew ? 1 : 0;
        for (var i = 0; i < latent; i++)
            memory.LogStd[i] = MathF.Log(std[i]);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            mean.CopyTo(memory.Features.AsSpan(path.Length));
            Compare(observation, memory);
            Place(memory, mean);
            _network.Forward(memory.Inputs, memory.Hidden, memory.Output);
            Move(memory, mean);
        }

        for (var i = 0; i < latent; i++)
            std[i] = MathF.Exp(memory.LogStd[i]);
    }

    /// <summary>asinh((x − x̂)/σ_x²) of the vectors that are present, 0 for the others.</summary>
    private void Compare(ObservationFrame observation, RefinementMemory memory)
    {
        var errors = memory.Inputs.AsSpan(0, Errors);
        for (var m = 0; m < _decoders.Length; m++)
        {
            if (_decoders[m] is not { } decoder)
                continue;
            var (mean, std, values) = (_means[m]!, _stds[m]!, observation[m].Values);
            var part = errors[..mean.Length];
            errors = errors[mean.Length..];
            part.Clear();
            if (!observation[m].IsNew)
                continue;
            var decoded = memory.Decoded.AsSpan(0, mean.Length);
            decoder.Forward(memory.Features, memory.Hidden, decoded);
            for (var i = 0; i < part.Length; i++)
                part[i] = MathF.Asinh((((values[i] - mean[i]) / std[i]) - decoded[i]) / _weights.Std / _weights.Std);
        }
    }

    private void Place(RefinementMemory memory, ReadOnlySpan<float> mean)
    {
        var inputs = memory.Inputs.AsSpan(Errors);
        for (var i = 0; i < mean.Length; i++)
        {
            var spread = memory.PriorStd[i];
            inputs[i] = MathF.Asinh((mean[i] - memory.PriorMean[i]) / (spread * spread));
        }

        mean.CopyTo(inputs[mean.Length..]);
        memory.LogStd.CopyTo(inputs[(2 * mean.Length)..]);
    }

    private void Move(RefinementMemory memory, Span<float> mean)
    {
        var (latent, output, range) = (mean.Length, memory.Output, _weights.LogStdRange);
        for (var i = 0; i < latent; i++)
        {
            var spread = memory.LogStd[i];
            mean[i] += Open(output[i]) * output[(2 * latent) + i] * MathF.Exp(spread);
            memory.LogStd[i] = Math.Clamp(spread + (Open(output[latent + i]) * output[(3 * latent) + i]), -range, range);
        }
    }

    /// <summary>1 − sigmoid(gate + offset).</summary>
    private float Open(float gate) => 1 / (1 + MathF.Exp(gate + _weights.GateOffset));

    private static void Check(RefinementWeights weights, CompiledRssm model)
    {
        Require(weights.Iterations >= 1, $"it has {weights.Iterations} iterations");
        Require(weights.Decoders.Count == model.Modalities.Count,
            $"it has {weights.Decoders.Count} modalities where the model has {model.Modalities.Count}");
        Require(weights.StartsFromExperts || weights.Decoders.All(d => d is not null),
            "it begins at the prior and so would not use the cameras; train one that begins at the experts");
        var inputs = weights.Decoders.Sum(d => d?.Mean.Length ?? 0) + (3 * model.Stochastic) + model.Deterministic + model.Modalities.Count;
        Check("network", weights.Network, inputs, 4 * model.Stochastic);
        for (var m = 0; m < weights.Decoders.Count; m++)
        {
            if (weights.Decoders[m] is not { } decoder)
                continue;
            Require(decoder.Mean.Length == model.Modalities[m].Dimension && decoder.Std.Length == decoder.Mean.Length,
                $"'{model.Modalities[m].Name}' has {model.Modalities[m].Dimension} numbers, not {decoder.Mean.Length}");
            Check($"decoder of '{model.Modalities[m].Name}'", decoder.Net, model.FeatureDimension, decoder.Mean.Length);
        }
    }

    private static void Check(string name, HeadWeights head, int inputs, int outputs) =>
        Require(head.Hidden.Inputs == inputs && head.Output.Inputs == head.Hidden.Outputs && head.Output.Outputs == outputs,
            $"the {name} takes {head.Hidden.Inputs} and gives {head.Output.Outputs} numbers where {inputs} and {outputs} are needed");

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new ArgumentException($"The refinement does not fit the state-space model: {what}.");
    }
}

/// <summary>Working memory of a <see cref="CompiledRefinement"/>, and the prior that it works against: one for each thread.</summary>
internal sealed class RefinementMemory(CompiledRefinement refinement)
{
    public float[] Features { get; } = new float[refinement.Model.FeatureDimension];

    public float[] Inputs { get; } = new float[refinement.Inputs];

    public float[] Hidden { get; } = new float[refinement.WidestLayer];

    public float[] Output { get; } = new float[4 * refinement.Model.Stochastic];

    public float[] Decoded { get; } = new float[refinement.MaximumVectorLength];

    /// <summary>ln σ.</summary>
    public float[] LogStd { get; } = new float[refinement.Model.Stochastic];

    public float[] PriorMean { get; } = new float[refinement.Model.Stochastic];

    public float[] PriorStd { get; } = new float[refinement.Model.Stochastic];
}
