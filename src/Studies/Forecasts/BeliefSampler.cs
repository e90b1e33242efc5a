using Robotics.Core.Randomness;
using Robotics.Data.Episodes;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Probes;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.Studies.Forecasts;

/// <summary>Forecasts of one episode. Immutable.</summary>
/// <param name="Values">[age][quantity][sample].</param>
/// <param name="Images">[age], mean over the samples of the decoded image of the first modality, 0 to 1, row by row; empty without.</param>
public sealed record BeliefForecast(double[][][] Values, IReadOnlyList<float[]> Images);

/// <summary>
/// Samples of a model's belief, filtered up to a step and predicted open loop from there: many copies of an episode, each with its own
/// samples, decoded by a linear probe of <see cref="DecodedCentroid"/> without its residual, which <see cref="ForecastCalibration"/>
/// adds. Not thread-safe; not for the tick path.
/// </summary>
/// <param name="model">The model, on the processor.</param>
/// <param name="probe">Linear probe from features to quantities.</param>
/// <param name="samples">Number of samples.</param>
public sealed class BeliefSampler(SequenceModel model, LinearProbe probe, int samples)
{
    /// <summary>Forecasts of one episode, one from each start.</summary>
    /// <param name="episodes">The episodes.</param>
    /// <param name="episode">Index of the episode.</param>
    /// <param name="lasts">Indices of the last observed steps, ascending.</param>
    /// <param name="ages">Steps without observations, ascending.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="images">True to decode the first modality's images.</param>
    public IReadOnlyList<BeliefForecast> Sample(
        SequenceReplay episodes, int episode, IReadOnlyList<int> lasts, IReadOnlyList<int> ages, RandomKey key, bool images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var random = TorchRandom.Scope(key.Value);
        var inferred = model.Infer(Repeat(episodes, episode, lasts[^1] + 1), sample: true);
        var whole = episodes.Sequences[episode].Episode;
        return [.. lasts.Select(last => Predict(inferred, whole, last, ages, images))];
    }

    private BeliefForecast Predict(InferredSequence inferred, Episode whole, int last, IReadOnlyList<int> ages, bool images)
    {
        using var scope = NewDisposeScope();
        var horizon = ages[^1];
        var actions = new float[horizon * whole.ActionDimension];
        for (var t = 0; t < horizon; t++)
            whole.Action(last + t).CopyTo(actions.AsSpan(t * whole.ActionDimension));
        var openLoop = tensor(actions, [horizon, 1, whole.ActionDimension]).expand(horizon, samples, -1).contiguous();
        var ahead = model.Imagine(inferred.Carries[last], openLoop, sample: true);
        var all = cat([inferred.Features.narrow(0, last, 1), ahead], 0);
        Tensor[] features = [.. ages.Select(a => all[a])];
        return new BeliefForecast(
            [.. features.Select(f => Read(DecodedCentroid.Append(model, f).ToFloats()))],
            images ? [.. features.Select(MeanImage)] : []);
    }

    private float[] MeanImage(Tensor features) =>
        (model.Decoder.ToColours(0, model.Decoder.Decode(0, features)).mean([0L]) + 0.5).ToFloats();

    private SequenceBatch Repeat(SequenceReplay episodes, int episode, int length)
    {
        var copies = new SequenceReplay(episodes.Layout);
        for (var i = 0; i < samples; i++)
            copies.Add(episodes.Sequences[episode].Episode);
        return copies.Whole(0, samples, length, CPU);
    }

    private double[][] Read(float[] values)
    {
        var size = values.Length / samples;
        double[][] quantities = [.. probe.ResidualStd.Select(_ => new double[samples])];
        for (var i = 0; i < samples; i++)
        {
            var decoded = probe.Read(values.AsSpan(i * size, size));
            for (var k = 0; k < decoded.Length; k++)
                quantities[k][i] = decoded[k];
        }

        return quantities;
    }
}
