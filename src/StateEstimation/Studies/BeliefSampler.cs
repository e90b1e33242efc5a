using Robotics.Core;
using static TorchSharp.torch;

namespace Robotics.StateEstimation;

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
    /// <returns>[horizon + 1][quantity][copy]: first the belief at the last step seen.</returns>
    public double[][][] Draw(SequenceReplay episodes, int episode, int last, int horizon, RandomKey key)
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
        var values = cat([inferred.Features.narrow(0, last, 1), ahead], 0).ToFloats();
        return Read(values, horizon + 1, key.Derive("readout").OpenStream());
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
