using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.TorchExtras;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// Trains the members on bootstraps of all experience (BNN.train of the authors' code): the input statistics are measured
/// anew, every member samples its own bootstrap, then epochs of batches, with every member's list shuffled after each. Weights
/// and Adam's moments go on from where the last training left them, as they do in the authors' code. Not thread-safe.
/// </summary>
internal sealed class EnsembleTrainer(ProbabilisticEnsemble model, FusedAdam optimizer, EnsembleOptions options)
{
    // The authors' code computes its metrics on at most 5000 rows as well (max_logging); here the newest.
    private const int MaximumMetricRows = 5000;

    /// <summary>Trains once.</summary>
    /// <param name="inputs">[count × input], raw.</param>
    /// <param name="targets">[count × D].</param>
    /// <param name="key">Random key of the bootstraps and shuffles.</param>
    /// <param name="progress">Receives the fraction done after each epoch.</param>
    /// <param name="cancellationToken">Stops between two updates.</param>
    /// <exception cref="TrainingFailedException">The loss is no longer finite.</exception>
    public LearningReport Train(
        float[] inputs, float[] targets, RandomKey key, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var count = targets.Length / model.Outputs;
        model.SetInputStatistics(InputStatistics.From(inputs, inputs.Length / count));
        if (options.NormalizeTargets)
            model.SetTargetStatistics(InputStatistics.From(targets, model.Outputs));
        using var batches = new TrainingBatches(model, inputs, targets);
        var sampler = new BootstrapSampler(model.Members, count, key);
        var limit = options.MaximumUpdates ?? long.MaxValue;
        var updates = 0L;
        var loss = 0.0;
        for (var epoch = 0; epoch < options.Epochs && updates < limit; epoch++)
        {
            (var done, loss) = RunEpoch(batches, sampler, limit - updates, cancellationToken);
            updates += done;
            sampler.Shuffle();
            progress?.Report((epoch + 1.0) / options.Epochs);
        }

        return new LearningReport(updates, loss, Metrics(inputs, targets, count));
    }

    private (long Updates, double MeanLoss) RunEpoch(
        TrainingBatches batches, BootstrapSampler sampler, long limit, CancellationToken cancellationToken)
    {
        using var indices = tensor(sampler.InBatchOrder(options.BatchSize));
        var count = (int)Math.Min(sampler.BatchCount(options.BatchSize), limit);
        var sum = 0.0;
        var start = 0L;
        for (var batch = 0; batch < count; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = sampler.BatchLength(batch, options.BatchSize);
            sum += Update(batches, indices, start, length);
            start += (long)length * model.Members;
        }

        return (count, sum / count);
    }

    private double Update(TrainingBatches batches, Tensor indices, long start, int length)
    {
        using var scope = NewDisposeScope();
        var (inputs, targets) = batches.Gather(indices, start, length);
        var loss = EnsembleLoss.From(model, inputs, targets, options.LogVarianceBoundsPenalty, options.NllBeta);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new TrainingFailedException($"The model's loss became {value} at update {optimizer.StepCount + 1}: its inputs were " +
                $"finite, so lower learning_rate ({options.LearningRate}) or look for observations with extreme values, then train again.");
        loss.backward();
        optimizer.Step();
        return value;
    }

    private Dictionary<string, double> Metrics(float[] inputs, float[] targets, int count)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rows = Math.Min(count, MaximumMetricRows);
        var x = model.Normalise(tensor(inputs, [count, inputs.Length / count]).narrow(0, count - rows, rows));
        var y = tensor(targets, [count, model.Outputs]).narrow(0, count - rows, rows);
        var (mean, logVariance) = model.forward(x.unsqueeze(0).expand(model.Members, -1, -1));
        return new Dictionary<string, double>
        {
            ["transitions"] = count,
            ["training_rmse"] = (mean - y).square().mean().sqrt().item<float>(),
            ["aleatoric_deviation"] = (logVariance * 0.5).exp().mean().item<float>(),
            ["member_disagreement"] = mean.var(0, unbiased: false).mean().sqrt().item<float>(),
            ["l2_penalty"] = optimizer.Penalty(),
        };
    }
}
