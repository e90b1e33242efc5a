using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.SequenceModels.Training;

/// <summary>
/// Trains any member of the family. All randomness of an update follows from the key and the update's number, so that a run that is
/// resumed from a checkpoint goes on bit for bit. Uses the calling thread; not thread-safe; not for the tick path.
/// </summary>
public sealed class SequenceTrainer : IDisposable
{
    private readonly SequenceModel _model;
    private readonly FusedAdam _optimizer;
    private readonly RandomKey _key;
    private readonly Device _device;

    /// <summary>Prepares training. The model is moved to the device; the caller disposes it.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="options">How.</param>
    /// <param name="key">The randomness of the training.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SequenceTrainer(SequenceModel model, SequenceTrainingOptions options, RandomKey key, Device? device = null)
    {
        options.Validate();
        (_model, Options, _key, _device) = (model, options, key, device ?? CPU);
        if (_device.type != DeviceType.CPU)
            model.to(_device);
        _optimizer = new FusedAdam(model, new FusedAdamOptions
        {
            LearningRate = options.LearningRate,
            Epsilon = options.Epsilon,
            MaximumGradientNorm = options.MaximumGradientNorm,
        });
    }

    /// <summary>How it trains.</summary>
    public SequenceTrainingOptions Options { get; }

    /// <summary>The model.</summary>
    public SequenceModel Model => _model;

    /// <summary>Where it trains.</summary>
    public Device Device => _device;

    /// <summary>Gradient steps taken.</summary>
    public long Updates { get; internal set; }

    internal FusedAdam Optimizer => _optimizer;

    /// <summary>
    /// Trains the picture encoders alone, as <see cref="SequenceTrainingOptions.Pictures"/> says: to be called before the first update;
    /// later, and where nothing was asked for, it does nothing.
    /// </summary>
    /// <param name="replay">What is learned from.</param>
    /// <param name="progress">Told each step's number and loss; may be null.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="UserErrorException">The loss is no longer finite, or there are no episodes.</exception>
    public void Pretrain(SequenceReplay replay, Action<long, double>? progress, CancellationToken cancellationToken)
    {
        if (Updates > 0 || Options.Pictures.Updates == 0)
            return;
        var done = 0L;
        for (var m = 0; m < _model.Layout.Modalities.Count; m++)
        {
            if (_model.Layout.Modalities[m].IsImage)
                done = PretrainCamera(replay, m, done, progress, cancellationToken);
        }
    }

    /// <summary>Takes gradient steps until so many have been taken in all.</summary>
    /// <param name="replay">What is learned from.</param>
    /// <param name="updates">Gradient steps in all, those before included.</param>
    /// <param name="progress">Told each update's number and loss; may be null.</param>
    /// <param name="cancellationToken">Stops between two updates.</param>
    /// <exception cref="UserErrorException">The loss is no longer finite, or there are no episodes.</exception>
    public void Train(SequenceReplay replay, long updates, Action<long, SequenceLoss>? progress, CancellationToken cancellationToken)
    {
        while (Updates < updates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var loss = Update(replay);
            progress?.Invoke(Updates, loss);
        }
    }

    /// <summary>One gradient step.</summary>
    /// <exception cref="UserErrorException">The loss is no longer finite, or there are no episodes.</exception>
    public SequenceLoss Update(SequenceReplay replay) => Update(replay, null);

    /// <summary>One gradient step, and what else learns from the same sequences.</summary>
    /// <param name="replay">What is learned from.</param>
    /// <param name="also">
    /// Given what was inferred of the batch, detached from the model, after the step was taken; libtorch's generator goes on from the
    /// update's key. May be null.
    /// </param>
    /// <exception cref="UserErrorException">The loss is no longer finite, or there are no episodes.</exception>
    public SequenceLoss Update(SequenceReplay replay, Action<InferredSequence, SequenceBatch>? also)
    {
        using var scope = NewDisposeScope();
        var key = _key.Derive((ulong)Updates);
        using var random = TorchRandom.Scope(key.Derive(1).Value);
        var batch = replay.Sample(Options.BatchSize, Options.Length, Options.Dropout, key.Derive(0), _device);
        var inferred = _model.Infer(batch, sample: true);
        var (loss, parts) = SequenceObjective.Compute(_model, inferred, batch, Options);
        if (!double.IsFinite(parts.Total))
            throw new UserErrorException($"The estimator's loss became {parts.Total} at update {Updates + 1}; lower the learning rate ({Options.LearningRate}) or look for readings of extreme size, then train again from the last checkpoint.");
        loss.backward();
        _optimizer.LearningRate = Options.LearningRateAt(Updates);
        _optimizer.Step();
        Updates++;
        also?.Invoke(inferred.Detach(), batch);
        return parts;
    }

    private long PretrainCamera(SequenceReplay replay, int modality, long done, Action<long, double>? progress, CancellationToken cancellationToken)
    {
        var (options, key) = (Options.Pictures, _key.Derive("pictures").Derive((ulong)modality));
        using var fresh = TorchRandom.Scope(key.Derive("weights").Value);
        using var autoencoder = new ImageAutoencoder(_model, modality, options.Code);
        if (_device.type != DeviceType.CPU)
            autoencoder.to(_device);
        using var adam = new FusedAdam(autoencoder.Learned, new FusedAdamOptions { LearningRate = options.LearningRate });
        for (var update = 0; update < options.Updates; update++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var random = TorchRandom.Scope(key.Derive((ulong)update).Value);
            var pictures = replay.Sample(options.BatchSize, 1, ModalityDropout.None, key.Derive((ulong)update), _device).Modalities[modality];
            if (pictures.Count == 0)
                continue;
            var loss = autoencoder.Loss(pictures.Values, options.Beta);
            var value = (double)loss.item<float>();
            if (!double.IsFinite(value))
                throw new UserErrorException($"The picture encoder's loss became {value} at step {update + 1}; lower 'pictures: {{learning_rate: {options.LearningRate}}}'.");
            adam.Minimise(loss);
            progress?.Invoke(++done, value);
        }

        autoencoder.HandOver();
        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();
}
