using Robotics.Core.Errors;
using Robotics.Inference.Formats;
using Robotics.Inference.Weights;

namespace Robotics.Inference.Rssm;

/// <summary>
/// Compiles a trained recurrent state-space model for the control loop: from a checkpoint, or from the weights of a model in memory.
/// Without libtorch. For set-up.
/// </summary>
public static class RssmCompiler
{
    /// <summary>Compiles the model that a folder holds.</summary>
    /// <exception cref="UserErrorException">The file is missing, damaged, too new or of another kind, or its model cannot
    /// filter.</exception>
    public static CompiledRssm Load(string folder)
    {
        try
        {
            return Compile(SequenceModelFile.Read(folder));
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(
                $"The estimator in '{folder}' is not what its own description says: restore it from a copy or train anew.", e);
        }
    }

    /// <summary>Compiles a model from its weights; later changes of these do not show.</summary>
    /// <exception cref="UserErrorException">Its kind cannot filter.</exception>
    public static CompiledRssm Compile(SequenceArrays arrays)
    {
        var (layout, o) = (arrays.Layout, arrays.Options);
        if (o.Kind is not (SequenceModelKind.Rssm or SequenceModelKind.Rnn))
            throw Refuse();
        return CompiledRssm.Compile(new RssmWeights
        {
            Deterministic = o.Deterministic,
            Stochastic = o.Stochastic,
            ActionDimension = layout.ActionDimension,
            PeriodSeconds = layout.PeriodSeconds,
            MinimumStd = (float)o.MinimumDeviation,
            HasUnitStd = o.Kind == SequenceModelKind.Rnn,
            HasResidualPrior = o.ResidualPrior,
            Transition = arrays.Layer("transition"),
            CellInput = arrays.Layer("cell.weight_ih", "cell.bias_ih"),
            CellState = arrays.Layer("cell.weight_hh", "cell.bias_hh"),
            Prior = arrays.Head("prior.net"),
            Reward = arrays.Head("decoder.reward"),
            Modalities = [.. layout.Modalities.Select((m, i) => new RssmModalityWeights(
                m.Name, Encoder(arrays, m, i), arrays.Read($"experts.{i}.context.weight"),
                arrays.Layer($"experts.{i}.embedding"), arrays.Layer($"experts.{i}.output")))],
        });
    }

    /// <summary>The refusal of kinds that cannot filter step by step.</summary>
    public static UserErrorException Refuse() =>
        new("An estimator without a deterministic path cannot filter step by step; use the kind 'rssm' or 'rnn'.");

    private static EncoderWeights Encoder(SequenceArrays arrays, SequenceModality modality, int index)
    {
        var key = $"encoder.encoders.{index}";
        if (modality.Image is not { } format)
            return new VectorEncoderWeights(arrays.Read($"{key}.mean"), arrays.Read($"{key}.deviation"), arrays.Head($"{key}.net"));
        var shapes = ConvolutionShape.ImageEncoder(format, arrays.Options.Channels);
        var layers = shapes.Select(
            (s, i) => new ConvolutionWeights(s, arrays.Read($"{key}.layers.{i}.weight"), arrays.Read($"{key}.layers.{i}.bias"))).ToList();
        var points = arrays.Options.Keypoints > 0 ? new KeypointWeights(
            arrays.Read($"{key}.points.maps.weight"), arrays.Read($"{key}.points.maps.bias"), KeypointWeights.DefaultReach) : null;
        return new ImageEncoderWeights(layers, points);
    }
}
