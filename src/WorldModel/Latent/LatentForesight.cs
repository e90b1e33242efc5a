using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Training;
using Robotics.TorchExtras;
using Robotics.WorldModel.BeliefEnsembles;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// Dynamics and rewards as a planner asks for them: a copy of a filter's deterministic path, prior and reward head that learns to say,
/// from a belief and the actions that followed, the beliefs of the filter and the rewards up to K steps on, with nothing observed in
/// between, along the path of the means that <see cref="RssmTrajectoryEvaluator"/> takes. The filter is left alone, and its beliefs are
/// targets without gradient, so that no picture is needed while learning. The loss is that of TD-MPC (Hansen, Wang and Su 2022, equation
/// 10) without values: consistency of latents and rewards over a short horizon. Where it differs: beliefs are a trained filter's and
/// are not learned along, their errors are counted in units of their spread, and all steps weigh the same. Not thread-safe; not for the
/// tick path.
/// </summary>
public sealed class LatentForesight : IDisposable
{
    private const double MaximumGradientNorm = 100;
    private const string Reward = "decoder.reward.";
    private static readonly string[] Learned = ["transition.", "cell.", "prior.", Reward];
    private readonly RecurrentStateSpaceModel _model;
    private readonly ForesightOptions _options;
    private readonly Device _device;

    /// <summary>Begins with what the filter itself expects.</summary>
    /// <param name="filter">The filter; it is copied.</param>
    /// <param name="options">How it learns.</param>
    /// <param name="key">Where the weights of a reward head of its own come from.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LatentForesight(RecurrentStateSpaceModel filter, ForesightOptions options, RandomKey key, Device? device = null)
    {
        options.Validate();
        (_options, _device) = (options, device ?? CPU);
        var sizes = filter.Options with { RewardHidden = options.RewardHidden };
        _model = (RecurrentStateSpaceModel)SequenceModel.Create(filter.Layout, sizes, key);
        Copy(filter, _model, name => options.RewardHidden == 0 || !name.StartsWith(Reward, StringComparison.Ordinal));
        if (_device.type != DeviceType.CPU)
            _model.to(_device);
    }

    /// <summary>What has learned.</summary>
    public RecurrentStateSpaceModel Model => _model;

    /// <summary>Takes gradient steps; Adam begins anew.</summary>
    /// <param name="replay">What is learned from.</param>
    /// <param name="updates">How many.</param>
    /// <param name="key">The randomness.</param>
    /// <param name="progress">Told each step's number and errors; may be null.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <param name="bootstrap">Draws from Poisson(1) how often each episode counts; null counts all once.</param>
    /// <exception cref="UserErrorException">The loss is no longer finite, or no episode is long enough.</exception>
    public void Train(BeliefReplay replay, int updates, RandomKey key, Action<int, ReturnPredictionErrors>? progress, CancellationToken cancellationToken, RandomKey? bootstrap = null)
    {
        var parameters = _model.named_parameters().Where(p => Learned.Any(l => p.name.StartsWith(l, StringComparison.Ordinal))).Select(p => p.parameter).ToArray();
        using var adam = new FusedAdam(parameters, new FusedAdamOptions { MaximumGradientNorm = MaximumGradientNorm });
        using var spread = tensor(replay.Spread(), device: _device);
        for (var i = 0; i < updates; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            adam.LearningRate = _options.LearningRate * (1 - (0.9 * i / updates));
            var (loss, errors) = Loss(replay.Sample(_options.BatchSize, _options.Steps, _options.PlannedShare, key.Derive((ulong)i), _device, bootstrap is { } own ? episode => PoissonBootstrap.Weight(own, 0, episode) : null), spread);
            if (!double.IsFinite(errors.Reward + errors.Belief))
                throw new UserErrorException($"The foresight's loss became {errors.Reward + errors.Belief} at update {i + 1}; lower its learning rate ({_options.LearningRate}).");
            adam.Minimise(loss);
            progress?.Invoke(i + 1, errors);
        }
    }

    /// <summary>Writes what has learned.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Save(string folder, IReadOnlyDictionary<string, string>? notes = null) => SequenceCheckpoint.SaveModel(folder, _model, notes);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="UserErrorException">The folder holds something else, or it is damaged.</exception>
    public void Load(string folder)
    {
        using var saved = SequenceCheckpoint.Load(folder);
        if (saved is not RecurrentStateSpaceModel rssm || saved.Layout.Hash() != _model.Layout.Hash() || saved.Options != _model.Options)
            throw new UserErrorException($"The foresight in '{folder}' is another filter's: train it anew, or restore the filter it belongs to.");
        Copy(rssm, _model, _ => true);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private (Tensor Loss, ReturnPredictionErrors Errors) Loss(BeliefBatch batch, Tensor spread)
    {
        var start = batch.Beliefs[0];
        var imagined = _model.Imagine(start, batch.Actions, sample: false);
        var targets = batch.Beliefs.narrow(0, 1, _options.Steps);
        var belief = ((imagined - targets) / spread).square().mean();
        var expected = _model.Decoder.Reward.forward(cat([start.unsqueeze(0), imagined], 0));
        var reward = ((expected - batch.Rewards).square() * batch.Known).sum() / batch.Known.sum();
        var loss = (reward * (0.5 / (_options.RewardDeviation * _options.RewardDeviation))) + (belief * (0.5 * _options.Consistency * _options.Steps));
        var parts = stack([reward, belief]).ToFloats();
        return (loss, new ReturnPredictionErrors(Math.Sqrt(parts[0]), Math.Sqrt(parts[1])));
    }

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
/// <param name="Reward">Of rewards.</param>
/// <param name="Belief">Of beliefs, in units of their spread.</param>
public readonly record struct ReturnPredictionErrors(double Reward, double Belief);
