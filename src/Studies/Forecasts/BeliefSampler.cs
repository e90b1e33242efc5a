using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Forecasts;

/// <summary>Forecasts of one episode. Immutable.</summary>
/// <param name="Values">[age][quantity][copy].</param>
/// <param name="Pictures">[age], if asked for, the mean over the copies of the first modality's decoded picture, 0 to 1, row by row.</param>
public sealed record BeliefForecast(double[][][] Values, IReadOnlyList<float[]> Pictures);

/// <summary>
/// Draws from a model's belief as it filters and then goes on blind: many copies of an episode, every copy with draws of its own, read
/// out by a linear map of <see cref="DecodedCentroid"/> without its error, which <see cref="ForecastCalibration"/> adds. Not thread-safe; not for the tick path.
/// </summary>
/// <param name="model">The model, on the processor.</param>
/// <param name="readout">From features to quantities.</param>
/// <param name="copies">Draws.</param>
public sealed class BeliefSampler(SequenceModel model, LinearProbe readout, int copies)
{
    /// <summary>Forecasts of one episode, one from each of some steps on.</summary>
    /// <param name="episodes">Where the episode is.</param>
    /// <param name="episode">Which.</param>
    /// <param name="lasts">The last steps that are seen, in rising order.</param>
    /// <param name="ages">Steps without observations, in rising order.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="pictured">Whether the first modality is to be drawn as a picture.</param>
    public IReadOnlyList<BeliefForecast> Draw(SequenceReplay episodes, int episode, IReadOnlyList<int> lasts, IReadOnlyList<int> ages, RandomKey key, bool pictured)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(key.Value);
        var inferred = model.Infer(Repeat(episodes, episode, lasts[^1] + 1), sample: true);
        var whole = episodes.Sequences[episode].Episode;
        return [.. lasts.Select(last => Onward(inferred, whole, last, ages, pictured))];
    }

    private BeliefForecast Onward(InferredSequence inferred, Episode whole, int last, IReadOnlyList<int> ages, bool pictured)
    {
        using var scope = NewDisposeScope();
        var horizon = ages[^1];
        var actions = new float[horizon * whole.ActionDimension];
        for (var t = 0; t < horizon; t++)
            whole.Action(last + t).CopyTo(actions.AsSpan(t * whole.ActionDimension));
        var blind = tensor(actions, [horizon, 1, whole.ActionDimension]).expand(horizon, copies, -1).contiguous();
        var ahead = model.Imagine(inferred.Carries[last], blind, sample: true);
        var all = cat([inferred.Features.narrow(0, last, 1), ahead], 0);
        Tensor[] features = [.. ages.Select(a => all[a])];
        return new BeliefForecast(
            [.. features.Select(f => Read(DecodedCentroid.Append(model, f).ToFloats()))],
            pictured ? [.. features.Select(f => (model.Decoder.ToColours(0, model.Decoder.Decode(0, f)).mean([0L]) + 0.5).ToFloats())] : []);
    }

    private SequenceBatch Repeat(SequenceReplay episodes, int episode, int length)
    {
        var copiesOf = new SequenceReplay(episodes.Layout);
        for (var i = 0; i < copies; i++)
            copiesOf.Add(episodes.Sequences[episode].Episode);
        return copiesOf.Whole(0, copies, length, CPU);
    }

    private double[][] Read(float[] values)
    {
        var size = values.Length / copies;
        double[][] draws = [.. readout.ResidualDeviation.Select(_ => new double[copies])];
        for (var c = 0; c < copies; c++)
        {
            var read = readout.Read(values.AsSpan(c * size, size));
            for (var k = 0; k < read.Length; k++)
                draws[k][c] = read[k];
        }

        return draws;
    }
}
