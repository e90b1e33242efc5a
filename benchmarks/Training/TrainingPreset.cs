using Robotics.Benchmarks.Planner;
using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Spaces;
using Robotics.Core.Threading;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Formats;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.Ensembles;

namespace Robotics.Benchmarks.Training;

/// <summary>Training of a model of a known size. Dispose it after use. Not thread-safe.</summary>
internal sealed class TrainingPreset : IDisposable
{
    private const int Transitions = 2000;
    private const int Episodes = 8;
    private const int EpisodeSteps = 100;
    private readonly IDisposable[] _owned;

    private TrainingPreset(string name, Func<int, CancellationToken, long> train, params IDisposable[] owned) =>
        (Name, Train, _owned) = (name, train, owned);

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["reach", "pets-pusher", "pets-reacher", "rssm-small", "rssm-small-camera"];

    /// <summary>Name of the preset.</summary>
    public string Name { get; }

    /// <summary>Takes a number of gradient steps and returns the number taken.</summary>
    public Func<int, CancellationToken, long> Train { get; }

    /// <summary>Creates a preset with random weights and random experience.</summary>
    /// <exception cref="UserErrorException">The task behind it cannot be read.</exception>
    public static TrainingPreset Create(string name, RandomKey key) => name switch
    {
        "rssm-small" => Sequence(name, camera: false, key),
        "rssm-small-camera" => Sequence(name, camera: true, key),
        _ => Ensemble(PlannerPreset.Create(name), key),
    };

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_owned, o => o.Dispose());

    private static TrainingPreset Ensemble(PlannerPreset preset, RandomKey key)
    {
        var options = new EnsembleOptions { Members = preset.Members, Hidden = preset.Hidden, Epochs = 1 };
        var actions = new ActionSpace(
            [.. Enumerable.Range(1, preset.Actions)
                .Select(i => new ActionChannel($"joint{i}", ActionMode.Position, ActionReference.Delta, -1, 1))]);
        var workers = new WorkerPool(1);
        var rollouts = new FusedEnsembleOptions
        {
            Particles = preset.Particles,
            Reward = preset.Reward,
            MaximumPopulation = 1,
            MaximumHorizon = 1,
            Workers = workers,
        };
        var learner = new EnsembleLearner(options, preset.Observations, actions, 0.05, rollouts, key.Derive("weights"));
        var experience = TrainingExperience.Transitions(
            preset.Observations.Dimension, preset.Actions, Transitions, key.Derive("experience"));
        var calls = 0UL;
        return new TrainingPreset(preset.Name, Updates, learner, workers);

        // One call of the learner is one epoch, with its statistics, metrics and packing of the weights.
        long Updates(int count, CancellationToken cancellationToken)
        {
            var done = 0L;
            while (done < count)
                done += learner.Train(experience, key.Derive("training").Derive(calls++), null, cancellationToken).Updates;
            return done;
        }
    }

    private static TrainingPreset Sequence(string name, bool camera, RandomKey key)
    {
        var episodes = Enumerable.Range(0, Episodes)
            .Select(i => TrainingExperience.Episode(EpisodeSteps, camera, key.Derive("experience").Derive((ulong)i))).ToArray();
        var layout = SequenceLayout.From(episodes[0].Header, ["q"], camera ? ["camera"] : []);
        var replay = new SequenceReplay(layout);
        Array.ForEach(episodes, replay.Add);
        var model = SequenceModel.Create(layout, SequenceModelOptions.Small, key.Derive("weights"));
        var trainer = new SequenceTrainer(model, new SequenceTrainingOptions(), key.Derive("training"));
        return new TrainingPreset(name, Updates, trainer, model);

        long Updates(int count, CancellationToken cancellationToken)
        {
            trainer.Train(replay, trainer.Updates + count, null, cancellationToken);
            return count;
        }
    }
}
