using Robotics.Core;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

/// <summary>Forecasts of one episode. Immutable.</summary>
/// <param name="Values">[horizon + 1][quantity][copy]: first the belief at the last step seen.</param>
/// <param name="Pictures">For each step asked for, the mean over the copies of the first modality's decoded picture, 0 to 1, row by row.</param>
public sealed record BeliefForecast(double[][][] Values, IReadOnlyList<float[]> Pictures);

/// <summary>
/// Draws from a model's belief as it filters and then goes on blind: many copies of each episode, every copy with draws of its own,
/// read out with the read-out's Gaussian error. Not thread-safe; not for the tick path.
/// </summary>
/// <param name="model">The model, on the processor.</param>
/// <param name="readout">From features to quantities.</param>
/// <param name="copies">Draws.</param>
public sealed class BeliefSampler(SequenceModel model, RidgeReadout readout, int copies)
{
    /// <summary>Forecasts of one episode.</summary>
    /// <param name="episodes">Where the episode is.</param>
    /// <param name="episode">Which.</param>
    /// <param name="last">The last step that is seen.</param>
    /// <param name="horizon">Steps without observations.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="pictured">Steps, 0 to the horizon, at which the first modality is to be drawn as a picture.</param>
    public BeliefForecast Draw(SequenceReplay episodes, int episode, int last, int horizon, RandomKey key, IReadOnlyList<int> pictured)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var random = Torch.TorchRandom.Scope(key.Derive("latents").Value);
        var batch = Repeat(episodes, episode, last + 1);
        var inferred = model.Infer(batch, sample: true);
        var whole = episodes.Sequences[episode].Episode;
        var actions = new float[horizon * whole.ActionDimension];
        for (var t = 0; t < horizon; t++)
            whole.Action(last + t).CopyTo(actions.AsSpan(t * whole.ActionDimension));
        var blind = tensor(actions, [horizon, 1, whole.ActionDimension]).expand(horizon, copies, -1).contiguous();
        var ahead = model.Imagine(inferred.Carries[last], blind, sample: true);
        var features = cat([inferred.Features.narrow(0, last, 1), ahead], 0);
        return new BeliefForecast(
            Read(features.ToFloats(), horizon + 1, key.Derive("readout").OpenStream()),
            [.. pictured.Select(t => (model.Decoder.Decode(0, features[t]).mean([0L]) + 0.5).ToFloats())]);
    }

    /// <summary>Beliefs of one whole episode with everything seen: [step][quantity][copy].</summary>
    public double[][][] Filter(SequenceReplay episodes, int episode, RandomKey key)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var random = Torch.TorchRandom.Scope(key.Derive("latents").Value);
        var steps = episodes.Sequences[episode].Steps;
        var features = model.Infer(Repeat(episodes, episode, steps), sample: true).Features;
        return Read(features.ToFloats(), steps, key.Derive("readout").OpenStream());
    }

    private SequenceBatch Repeat(SequenceReplay episodes, int episode, int length)
    {
        var copiesOf = new SequenceReplay(episodes.Layout);
        for (var i = 0; i < copies; i++)
            copiesOf.Add(episodes.Sequences[episode].Episode);
        return copiesOf.Whole(0, copies, length, CPU);
    }

    private double[][][] Read(float[] values, int steps, RandomStream random)
    {
        var size = model.FeatureDimension;
        var draws = new double[steps][][];
        for (var t = 0; t < steps; t++)
        {
            draws[t] = [.. readout.ResidualDeviation.Select(_ => new double[copies])];
            for (var c = 0; c < copies; c++)
            {
                var read = readout.Read(values.AsSpan(((t * copies) + c) * size, size));
                for (var k = 0; k < read.Length; k++)
                    draws[t][k][c] = read[k] + (readout.ResidualDeviation[k] * random.NextGaussian());
            }
        }

        return draws;
    }
}
