using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Training;
using Robotics.TorchExtras;
using Robotics.WorldModel.BeliefEnsembles;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// Latent dynamics trained over several steps: a copy of a filter's deterministic path, prior and reward head that predicts, from a belief
/// and the actions that follow, the filter's beliefs and the rewards up to K steps ahead without observations. It predicts along the means,
/// as <see cref="RssmTrajectoryEvaluator"/> does in the planner. The filter is fixed and its beliefs are targets without gradient, so
/// training needs no images. The loss is that of TD-MPC (Hansen, Wang and Su 2022, equation 10) without values: consistency of latents and
/// rewards over a short horizon. Where it differs: the beliefs are a trained filter's and are not learned jointly, their errors are scaled
/// by their std, and all steps have the same weight. Not thread-safe; not for the tick path.
/// </summary>
public sealed class MultiStepDynamics : IDisposable
{
    private const double MaximumGradientNorm = 100;
    private const string Reward = "decoder.reward.";
    private static readonly string[] Learned = ["transition.", "cell.", "prior.", Reward];
    private readonly RecurrentStateSpaceModel _model;
    private readonly MultiStepDynamicsOptions _options;
    private readonly Device _device;

    /// <summary>Starts from the weights of a filter.</summary>
    /// <param name="filter">The filter; its weights are copied.</param>
    /// <param name="options">Options of the training.</param>
    /// <param name="key">Seed of the initial weights of a new reward head.</param>
    /// <param name="device">Device for training; null for the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public MultiStepDynamics(RecurrentStateSpaceModel filter, MultiStepDynamicsOptions options, RandomKey key, Device? device = null)
    {
        options.Validate();
        _options = options;
        _device = device ?? CPU;
        var sizes = filter.Options with { RewardHidden = options.RewardHidden };
        _model = (RecurrentStateSpaceModel)SequenceModel.Create(filter.Layout, sizes, key);
        Copy(filter, _model, name => options.RewardHidden == 0 || !name.StartsWith(Reward, StringComparison.Ordinal));
        if (_device.type != DeviceType.CPU)
            _model.to(_device);
    }

    /// <summary>The model with the trained weights.</summary>
    public RecurrentStateSpaceModel Model => _model;

    /// <summary>Takes gradient steps with a new Adam, whose step size falls linearly to a tenth.</summary>
    /// <param name="replay">Beliefs, actions and rewards of episodes.</param>
    /// <param name="updates">Number of gradient steps.</param>
    /// <param name="key">Seed of the batches.</param>
    /// <param name="progress">Receives the number and the errors of each step; may be null.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <param name="bootstrap">Seed of the weights from Poisson(1) that episodes have; null gives every episode the weight 1.</param>
    /// <exception cref="UserErrorException">The loss is no longer finite, or no episode is long enough.</exception>
    public void Train(
        BeliefReplay replay,
        int updates,
        RandomKey key,
        Action<int, MultiStepErrors>? progress,
        CancellationToken cancellationToken,
        RandomKey? bootstrap = null)
    {
        using var adam = new FusedAdam(TrainedParameters(), new FusedAdamOptions { MaximumGradientNorm = MaximumGradientNorm });
        using var std = tensor(replay.Std(), device: _device);
        Func<int, int>? weight = bootstrap is { } own ? episode => PoissonBootstrap.Weight(own, 0, episode) : null;
        for (var i = 0; i < updates; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            adam.LearningRate = _options.LearningRate * (1 - (0.9 * i / updates));
            var step = key.Derive((ulong)i);
            var batch = replay.Sample(_options.BatchSize, _options.Steps, _options.PlannedShare, step, _device, weight);
            var (loss, errors) = Loss(batch, std);
            if (!double.IsFinite(errors.Reward + errors.Belief))
            {
                throw new UserErrorException(
                    $"The loss of the multi-step dynamics became {errors.Reward + errors.Belief} at update {i + 1}; "
                    + $"lower their 'learning_rate' ({_options.LearningRate}).");
            }

            adam.Minimise(loss);
            progress?.Invoke(i + 1, errors);
        }
    }

    /// <summary>Writes the weights.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    /// <param name="folder">The folder.</param>
    /// <param name="metadata">Further entries of the file's metadata.</param>
    public void Save(string folder, IReadOnlyDictionary<string, string>? metadata = null) =>
        SequenceCheckpoint.SaveModel(folder, _model, metadata);

    /// <summary>Reads the weights that <see cref="Save"/> wrote.</summary>
    /// <exception cref="UserErrorException">The folder holds something else, or it is damaged.</exception>
    public void Load(string folder)
    {
        using var saved = SequenceCheckpoint.Load(folder);
        if (saved is not RecurrentStateSpaceModel rssm || saved.Layout.Hash() != _model.Layout.Hash() || saved.Options != _model.Options)
        {
            throw new UserErrorException(
                $"The multi-step dynamics in '{folder}' belong to another filter: train them again, or restore that filter.");
        }

        Copy(rssm, _model, _ => true);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private (Tensor Loss, MultiStepErrors Errors) Loss(BeliefBatch batch, Tensor std)
    {
        var start = batch.Beliefs[0];
        var imagined = _model.Imagine(start, batch.Actions, sample: false);
        var targets = batch.Beliefs.narrow(0, 1, _options.Steps);
        var belief = ((imagined - targets) / std).square().mean();
        var expected = _model.Decoder.Reward.forward(cat([start.unsqueeze(0), imagined], 0));
        var reward = ((expected - batch.Rewards).square() * batch.Known).sum() / batch.Known.sum();
        var loss = (reward * (0.5 / (_options.RewardDeviation * _options.RewardDeviation)))
            + (belief * (0.5 * _options.Consistency * _options.Steps));
        var parts = stack([reward, belief]).ToFloats();
        return (loss, new MultiStepErrors(Math.Sqrt(parts[0]), Math.Sqrt(parts[1])));
    }

    private Parameter[] TrainedParameters() =>
    [
        .. _model.named_parameters()
            .Where(p => Learned.Any(l => p.name.StartsWith(l, StringComparison.Ordinal)))
            .Select(p => p.parameter),
    ];

    private static void Copy(RecurrentStateSpaceModel from, RecurrentStateSpaceModel to, Func<string, bool> takes)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var state = from.state_dict();
        foreach (var (key, value) in to.state_dict().Where(p => takes(p.Key)))
            value.copy_(state[key]);
    }
}

/// <summary>Root mean square errors over all steps of a batch. Immutable.</summary>
/// <param name="Reward">Error of the rewards.</param>
/// <param name="Belief">Error of the beliefs, in units of their std.</param>
public readonly record struct MultiStepErrors(double Reward, double Belief);
