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
    /// <param name="model">The model to train.</param>
    /// <param name="options">The training options.</param>
    /// <param name="key">Random key of the training.</param>
    /// <param name="device">Device of the training; null for the CPU.</param>
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

    /// <summary>Training options.</summary>
    public SequenceTrainingOptions Options { get; }

    /// <summary>The model.</summary>
    public SequenceModel Model => _model;

    /// <summary>Device of the training.</summary>
    public Device Device => _device;

    /// <summary>Gradient steps taken.</summary>
    public long Updates { get; internal set; }

    internal FusedAdam Optimizer => _optimizer;

    /// <summary>
    /// Pretrains the image encoders, as <see cref="SequenceTrainingOptions.Pictures"/> says: to be called before the first update;
    /// later, or without pretraining in the options, it does nothing.
    /// </summary>
    /// <param name="replay">Replay of the training data.</param>
    /// <param name="progress">Receives each step's number and loss; may be null.</param>
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

    /// <summary>Takes gradient steps up to a total number.</summary>
    /// <param name="replay">Replay of the training data.</param>
    /// <param name="updates">Total number of gradient steps, earlier ones included.</param>
    /// <param name="progress">Receives each update's number and loss; may be null.</param>
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

    /// <summary>One gradient step, with further training on the same sequences.</summary>
    /// <param name="replay">Replay of the training data.</param>
    /// <param name="also">
    /// Receives the inferred sequence, detached from the model, after the step; libtorch's generator continues from the
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
            throw new UserErrorException($"The estimator's loss became {parts.Total} at update {Updates + 1}; lower the learning rate " +
                $"({Options.LearningRate}) or look for readings with extreme values, then train again from the last checkpoint.");
        loss.backward();
        _optimizer.LearningRate = Options.LearningRateAt(Updates);
        _optimizer.Step();
        Updates++;
        also?.Invoke(inferred.Detach(), batch);
        return parts;
    }

    private long PretrainCamera(
        SequenceReplay replay, int modality, long done, Action<long, double>? progress, CancellationToken cancellationToken)
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
            var images = replay.Sample(options.BatchSize, 1, ModalityDropout.None, key.Derive((ulong)update), _device)
                .Modalities[modality];
            if (images.Count == 0)
                continue;
            var loss = autoencoder.Loss(images.Values, options.Beta);
            var value = (double)loss.item<float>();
            if (!double.IsFinite(value))
                throw new UserErrorException($"The image encoder's loss became {value} at step {update + 1}; lower 'pictures: " +
                    $"{{learning_rate: {options.LearningRate}}}'.");
            adam.Minimise(loss);
            progress?.Invoke(++done, value);
        }

        autoencoder.HandOver();
        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();
}
