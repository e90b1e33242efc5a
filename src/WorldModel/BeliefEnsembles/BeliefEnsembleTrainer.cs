using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using TorchSharp;
using static TorchSharp.torch;

namespace Robotics.WorldModel.BeliefEnsembles;

/// <summary>
/// Trains an ensemble over beliefs together with the filter of those beliefs. Targets are the filter's states as the present weights infer
/// them of the batch, taken as data: no member's gradient reaches encoder or recurrence, which could make prediction easy by making
/// beliefs poor. Every member counts every episode as <see cref="PoissonBootstrap"/> says and starts from weights of its own. The loss
/// of a member is
/// <list type="bullet">
/// <item>one step: the Gaussian negative log-likelihood, as β-NLL (Seitzer et al. 2022);</item>
/// <item>open loop: the member predicts from its own means for K steps; from the second on, the squared error in units of the variances
/// that have accumulated so far. These are held fixed: a likelihood would attribute errors of the rollout to the noise of a step;</item>
/// <item>reward: squared error on filter states and on the states of those rollouts, which a planner evaluates; its gradient
/// reaches the member's dynamics too, so that they keep what rewards depend on.</item>
/// </list>
/// Starts of the rollouts lie K steps apart, from a random first one. All randomness follows from the key and the update's number. Uses
/// the calling thread; not thread-safe; not for the tick path.
/// </summary>
public sealed class BeliefEnsembleTrainer : IDisposable
{
    private readonly BeliefEnsemble _ensemble;
    private readonly BeliefEnsembleOptions _options;
    private readonly FusedAdam _dynamics;
    private readonly FusedAdam _reward;
    private readonly RandomKey _key;
    private readonly RandomKey _episodes;

    /// <summary>Prepares training. The ensemble is moved to the device; the caller disposes it.</summary>
    /// <param name="ensemble">The model to train.</param>
    /// <param name="key">Random key of the training.</param>
    /// <param name="device">Device of the training; null for the CPU.</param>
    public BeliefEnsembleTrainer(BeliefEnsemble ensemble, RandomKey key, Device? device = null)
    {
        (_ensemble, _options, _key) = (ensemble, ensemble.Options, key);
        _episodes = key.Derive("bootstrap");
        if (device is not null && device.type != DeviceType.CPU)
            ensemble.to(device);
        _dynamics = _options.Dynamics().Adam(ensemble.Dynamics, _options.MaximumGradientNorm);
        _reward = _options.Reward().Adam(ensemble.Reward, _options.MaximumGradientNorm);
    }

    /// <summary>The model to train.</summary>
    public BeliefEnsemble Ensemble => _ensemble;

    /// <summary>Gradient steps taken.</summary>
    public long Updates { get; private set; }

    /// <summary>One gradient step of every member.</summary>
    /// <param name="inferred">The filter's inference on the batch; gradients through it are cut.</param>
    /// <param name="batch">The sequences, at least two steps long.</param>
    /// <exception cref="UserErrorException">The loss is no longer finite.</exception>
    public BeliefEnsembleLoss Update(InferredSequence inferred, SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        return Update(BeliefTransitions.From(inferred, batch), batch.Episodes);
    }

    /// <summary>One gradient step of every member.</summary>
    /// <param name="data">Beliefs as data.</param>
    /// <param name="episodes">Index of each sequence's episode.</param>
    /// <exception cref="UserErrorException">The loss is no longer finite.</exception>
    internal BeliefEnsembleLoss Update(BeliefTransitions data, IReadOnlyList<int> episodes)
    {
        using var scope = NewDisposeScope();
        BeliefStatistics.Follow(_ensemble, data, Updates == 0);
        var weights = PoissonBootstrap.Weights(_episodes, _ensemble.Dynamics.Members, episodes, data.Count);
        var objective = new BeliefEnsembleObjective(
            _ensemble, data, tensor(weights, [_ensemble.Dynamics.Members, 1, data.Count], device: data.Features.device));
        var oneStep = objective.OneStep();
        var (openLoop, rollout) = objective.OpenLoop(_key.Derive((ulong)Updates));
        var reward = objective.Reward(rollout);
        var bounds = (_ensemble.Dynamics.MaximumLogVariance - _ensemble.Dynamics.MinimumLogVariance).sum();
        var parts = new BeliefEnsembleLoss(oneStep.item<float>(), openLoop.item<float>(), reward.item<float>());
        if (!double.IsFinite(parts.OneStep + parts.OpenLoop + parts.Reward))
            throw new UserErrorException($"The belief ensemble's loss became {parts.OneStep + parts.OpenLoop + parts.Reward} at update " +
                $"{Updates + 1}; lower its learning rate ({_options.LearningRate}), then train again from the last checkpoint.");
        (oneStep + (openLoop * _options.OpenLoopWeight) + (bounds * (0.01 / _ensemble.FeatureDimension)) + (reward * _options.RewardWeight))
            .backward();
        _dynamics.Step();
        _reward.Step();
        Updates++;
        return parts;
    }

    /// <summary>Scales the learning rate of the options by a factor, from now on.</summary>
    public void SlowDown(double share)
    {
        _dynamics.LearningRate = share * _options.LearningRate;
        _reward.LearningRate = share * _options.LearningRate;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dynamics.Dispose();
        _reward.Dispose();
    }

    /// <summary>The complete training state, for saving and restoring.</summary>
    internal IEnumerable<(string Name, Tensor Value)> State() =>
        _ensemble.state_dict().Select(s => ($"model.{s.Key}", s.Value))
            .Concat(_dynamics.Moments.Select(m => ($"adam.dynamics.{m.Name}", m.Value)))
            .Concat(_reward.Moments.Select(m => ($"adam.reward.{m.Name}", m.Value)));

    /// <summary>Resumes at a number of updates, once <see cref="State"/> is restored.</summary>
    internal void Resume(long updates) => (Updates, _dynamics.StepCount, _reward.StepCount) = (updates, updates, updates);
}
