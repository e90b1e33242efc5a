using System.ComponentModel.DataAnnotations;
using Robotics.Core.Errors;
using Robotics.Core.Numerics;
using Robotics.Core.Randomness;
using Robotics.Studies.Worlds;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Structure;

/// <summary>Training options of a chain. Immutable.</summary>
public sealed record ChainTrainingOptions : IValidatable
{
    /// <summary>Gradient steps. Default 2000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int Updates { get; init; } = 2000;

    /// <summary>Newly sampled sequences per gradient step. Default 64; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's step size at the beginning; it falls to a hundredth, exponentially. Default 0.02; 1e-6 to 1.</summary>
    [Range(1e-6, 1)]
    public double LearningRate { get; init; } = 0.02;

    /// <inheritdoc/>
    public void Validate() => OptionRange.Check(this);
}

/// <summary>
/// Fits a chain to a model whose parameters are known, by stochastic gradients of the evidence lower bound with reparameterised
/// samples (Kingma and Welling 2014) and the entropy in closed form. Each step samples new sequences, so there is no overfitting.
/// </summary>
/// <param name="posterior">The variational posterior.</param>
/// <param name="model">The generative model.</param>
/// <param name="sample">Samples a sequence.</param>
/// <param name="options">Training options.</param>
public sealed class ChainTrainer(
    ChainPosterior posterior, DifferentiableModel model, Func<RandomKey, RecordedSequence> sample, ChainTrainingOptions options)
{
    private const double LastShare = 0.01;
    private const double MaximumGradient = 100;

    /// <summary>Trains the posterior.</summary>
    public void Train(RandomKey key, CancellationToken cancellationToken)
    {
        options.Validate();
        using var optimizer = new FusedAdam(posterior, new FusedAdamOptions { MaximumGradientNorm = MaximumGradient });
        for (var update = 0; update < options.Updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var random = TorchRandom.Scope(key.Derive((ulong)update).Derive(1).Value);
            optimizer.LearningRate = options.LearningRate * Math.Pow(LastShare, (double)update / options.Updates);
            var batchKey = key.Derive((ulong)update);
            var readings = Readings([.. Enumerable.Range(0, options.BatchSize).Select(i => sample(batchKey.Derive((ulong)i + 2)))]);
            optimizer.Minimise(-Elbo(readings).mean());
        }
    }

    /// <summary>One sample of the evidence lower bound of each sequence in nats, [B]. Uses libtorch's generator.</summary>
    public Tensor Elbo(Tensor readings)
    {
        var chain = posterior.Infer(readings);
        return model.LogJoint(posterior.Sample(chain), readings) + posterior.Entropy(chain);
    }

    /// <summary>Readings as the networks take them, [T × B × p].</summary>
    public static Tensor Readings(IReadOnlyList<RecordedSequence> sequences)
    {
        var (steps, p) = (sequences[0].Steps.Count, sequences[0].Steps[0].Readings[0]!.Length);
        var values = new float[steps * sequences.Count * p];
        for (var t = 0; t < steps; t++)
        {
            for (var b = 0; b < sequences.Count; b++)
            {
                for (var i = 0; i < p; i++)
                    values[(((t * sequences.Count) + b) * p) + i] = (float)sequences[b].Steps[t].Readings[0]![i];
            }
        }

        return tensor(values).reshape(steps, sequences.Count, p);
    }

    /// <summary>The fitted chains of some sequences, in doubles.</summary>
    public IReadOnlyList<GaussianChain> Chains(IReadOnlyList<RecordedSequence> sequences)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var chain = posterior.Infer(Readings(sequences));
        var (steps, n) = ((int)chain.Offset.shape[0], posterior.StateDimension);
        float[] offsets = [.. chain.Offset.contiguous().data<float>()];
        var (gains, factors) = (Split(chain.Gain, n), Split(chain.Factor, n));
        var each = gains.Length / steps;
        return [.. Enumerable.Range(0, sequences.Count).Select(b => new GaussianChain(
            [.. Enumerable.Range(0, steps).Select(t => Offset(t, b))],
            [.. Enumerable.Range(0, steps).Select(t => gains[(t * each) + (b % each)])],
            [.. Enumerable.Range(0, steps).Select(t => factors[(t * each) + (b % each)])]))];

        double[] Offset(int step, int sequence) =>
            [.. offsets.AsSpan(((step * sequences.Count) + sequence) * n, n).ToArray().Select(v => (double)v)];
    }

    private static DenseMatrix[] Split(Tensor matrices, int n)
    {
        float[] values = [.. matrices.contiguous().data<float>()];
        return [.. values.Chunk(n * n).Select(chunk =>
        {
            var matrix = new DenseMatrix(n, n);
            for (var i = 0; i < chunk.Length; i++)
                matrix.Data[i] = chunk[i];
            return matrix;
        })];
    }
}
