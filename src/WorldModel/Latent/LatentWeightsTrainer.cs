using System.Text.Json;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Data.Safetensors;
using Robotics.Data.Storage;
using Robotics.Inference.Latent;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.TorchExtras;
using Robotics.WorldModel.Behaviour;
using Robotics.WorldModel.BeliefEnsembles;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// Trains the models that a <see cref="LatentLearner"/> has besides filter and multi-step dynamics, as its options ask: a belief ensemble,
/// a value and an actor. Not thread-safe.
/// </summary>
internal sealed class LatentWeightsTrainer : IDisposable
{
    private const string TrainingFile = "imagination.training.safetensors";
    private const string Format = "robotics.imagination-training";
    private const int Version = 1;
    private const int Sequences = 64;
    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true };
    private readonly RecurrentStateSpaceModel _model;
    private readonly LatentOptions _options;
    private readonly BeliefEnsembleTrainer? _ensemble;
    private readonly BehaviourTrainer? _behaviour;

    /// <summary>Makes untrained networks of the models that the options ask for.</summary>
    public LatentWeightsTrainer(RecurrentStateSpaceModel model, LatentOptions options, RandomKey key, Device? device)
    {
        _model = model;
        _options = options;
        var features = model.FeatureDimension;
        var actions = model.Layout.ActionDimension;
        if (options.Models.HasBeliefEnsemble)
        {
            var stochastic = model.Options.Stochastic;
            var weights = new BeliefEnsemble(features - stochastic, stochastic, actions, options.BeliefEnsemble, key.Derive("ensemble"));
            _ensemble = new BeliefEnsembleTrainer(weights, key.Derive("ensemble-training"), device);
        }

        using var random = TorchRandom.Scope(key.Derive("behaviour").Value);
        if (options.Models.Behaviour is { } method)
            _behaviour = BehaviourTrainer.Create(features, actions, method, options.Behaviour, key.Derive("behaviour-training"), device);
    }

    /// <summary>True when no model is asked for.</summary>
    public bool IsEmpty => _ensemble is null && _behaviour is null;

    /// <summary>Gradient steps taken.</summary>
    public long Updates => _ensemble?.Updates ?? _behaviour?.Updates ?? 0;

    /// <summary>The losses of the last update by name.</summary>
    public IReadOnlyDictionary<string, double> Losses { get; private set; } = new Dictionary<string, double>();

    /// <summary>One gradient step of all models, together with the filter.</summary>
    /// <exception cref="UserErrorException">A loss is no longer finite.</exception>
    public void Update(InferredSequence inferred, SequenceBatch batch)
    {
        var losses = _ensemble?.Update(inferred, batch).ByName() ?? [];
        var behaviour = _behaviour?.Learn(inferred.Carries, batch.Valid, (f, a) => Step(_model, f, a)) ?? new Dictionary<string, double>();
        Losses = losses.Concat(behaviour).ToDictionary();
    }

    /// <summary>One gradient step of all models on beliefs of a fixed filter.</summary>
    /// <param name="beliefs">Beliefs, actions and rewards of episodes.</param>
    /// <param name="world">Dynamics and rewards in which value and actor are trained.</param>
    /// <param name="key">Seed of the step.</param>
    /// <param name="stepShare">The ensemble's step size as a share of that of its options.</param>
    /// <param name="device">Device for training.</param>
    /// <exception cref="UserErrorException">A loss is no longer finite.</exception>
    public void Update(BeliefReplay beliefs, RecurrentStateSpaceModel world, RandomKey key, double stepShare, Device device)
    {
        _ensemble?.SlowDown(stepShare);
        using var scope = NewDisposeScope();
        using var random = TorchRandom.Scope(key.Derive(1).Value);
        var dynamics = _options.MultiStepDynamics;
        var batch = beliefs.Sample(Sequences, dynamics.Steps, dynamics.PlannedShare, key.Derive(0), device);
        var losses = _ensemble?.Update(BeliefTransitions.From(batch), batch.Episodes).ByName() ?? [];
        var behaviour = _behaviour?.Learn(batch.Beliefs, null, (f, a) => Step(world, f, a)) ?? new Dictionary<string, double>();
        Losses = losses.Concat(behaviour).ToDictionary();
    }

    /// <summary>The weights as they are now.</summary>
    public LatentWeights Export() => new(
        _ensemble?.Ensemble.Export(),
        _options.Value ? _behaviour?.ExportValue() : null,
        _options.Models.Actor == LatentActorUse.None ? null : _behaviour?.ExportActor());

    /// <summary>Writes the state of the training.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Save(string folder)
    {
        using var scope = NewDisposeScope();
        var file = new SafetensorsFile();
        file.Metadata["format"] = Format;
        file.Metadata["format_version"] = $"{Version}";
        file.Metadata["commit"] = BuildIdentity.Commit;
        file.Metadata["options"] = Settings();
        foreach (var (key, value) in State())
            file.Set(key, TensorData.From<float>(value.detach().cpu().contiguous().ToFloats(), value.shape));
        file.Set("updates", TensorData.From<long>([_ensemble?.Updates ?? 0, _behaviour?.Updates ?? 0], 2));
        file.Write(Path.Combine(folder, TrainingFile));
    }

    /// <summary>
    /// Continues the training of a folder; nothing changes unless everything fits. A folder without such a training begins it.
    /// </summary>
    /// <exception cref="UserErrorException">The file is damaged or another training's.</exception>
    public void Resume(string folder)
    {
        if (!File.Exists(Path.Combine(folder, TrainingFile)))
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var path = Path.Combine(folder, TrainingFile);
        var file = SafetensorsFile.Read(path);
        FormatVersion.Check(path, "the training of an imagination", Format, Version, file.Metadata);
        if (!file.Metadata.TryGetValue("options", out var options) || options != Settings())
        {
            throw new UserErrorException(
                $"The training in '{path}' has other settings under 'latent:' than this one: "
                + "give the settings it was started with, or another folder.");
        }

        var tensors = State().ToList();
        var isWhole = tensors.All(t => file.Tensors.TryGetValue(t.Name, out var stored) && stored.Shape.SequenceEqual(t.Value.shape));
        if (file.Get<long>("updates", path) is not [var ensemble, var behaviour] || !isWhole)
            throw new UserErrorException($"The training in '{path}' is damaged: restore it from a copy or train anew.");
        foreach (var (key, value) in tensors)
            value.copy_(tensor(file.Get<float>(key, path), value.shape, device: value.device));
        _ensemble?.Resume(ensemble);
        _behaviour?.Resume(behaviour);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ensemble?.Dispose();
        _ensemble?.Ensemble.Dispose();
        _behaviour?.Dispose();
    }

    private static (Tensor Next, Tensor Reward) Step(RecurrentStateSpaceModel world, Tensor features, Tensor actions)
    {
        var next = world.Imagine(features, actions.unsqueeze(0), sample: true).squeeze(0);
        return (next, world.Decoder.Reward.forward(next));
    }

    /// <summary>The settings under the names and in the order of the file's format.</summary>
    private string Settings()
    {
        var behaviour = JsonSerializer.SerializeToNode(_options.Behaviour, Json)!.AsObject();
        behaviour.Insert(0, "Method", (_options.Models.Behaviour ?? BehaviourMethod.Dreamer).ToString());
        return JsonSerializer.Serialize(
            (_options.Models.Dynamics, HasBehaviour: _behaviour is not null, _options.BeliefEnsemble, behaviour), Json);
    }

    private IEnumerable<(string Name, Tensor Value)> State() =>
        (_ensemble?.State() ?? []).Select(s => ($"ensemble.{s.Name}", s.Value))
            .Concat((_behaviour?.State() ?? []).Select(s => ($"behaviour.{s.Name}", s.Value)));
}
