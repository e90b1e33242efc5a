using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Inference.Formats;
using Robotics.Inference.Latent;
using Robotics.Inference.Rssm;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.BeliefEnsembles;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// All models that are trained to plan or act on beliefs, with one gradient step of all of them as the unit of work (Hafner et al. 2019,
/// algorithm 1, lines 4 to 7). All randomness of an update follows from the key and the update's number: a resumed run continues bit for
/// bit. Uses the calling thread; not thread-safe; not for the tick path.
/// </summary>
public sealed class LatentLearner : IDisposable
{
    private readonly RecurrentStateSpaceModel _model;
    private readonly SequenceTrainer _trainer;
    private readonly LatentWeightsTrainer _imagination;
    private readonly RandomKey _key;
    private readonly List<MultiStepDynamics> _members = [];

    /// <summary>Prepares training. The learner disposes the model.</summary>
    /// <param name="model">The filter and its dynamics.</param>
    /// <param name="training">Options of their training.</param>
    /// <param name="options">Options of the other models.</param>
    /// <param name="key">Seed of the training.</param>
    /// <param name="device">Device for training; null for the CPU.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LatentLearner(
        RecurrentStateSpaceModel model, SequenceTrainingOptions training, LatentOptions options, RandomKey key, Device? device = null)
    {
        options.Validate();
        _model = model;
        Options = options;
        _key = key;
        _trainer = new SequenceTrainer(model, training, key, device);
        _imagination = new LatentWeightsTrainer(model, options, key.Derive("imagination"), device);
    }

    /// <summary>Options of the training.</summary>
    public LatentOptions Options { get; }

    /// <summary>The filter and its dynamics.</summary>
    public RecurrentStateSpaceModel Model => _model;

    /// <summary>The trainer of the filter.</summary>
    public SequenceTrainer Trainer => _trainer;

    /// <summary>Multi-step dynamics that the planner uses in place of the filter's; empty before <see cref="AddMember"/>.</summary>
    public IReadOnlyList<MultiStepDynamics> Members => _members;

    /// <summary>Gradient steps that the filter has taken.</summary>
    public long Updates => _trainer.Updates;

    /// <summary>One gradient step of the filter and of belief ensemble, value and actor.</summary>
    /// <param name="replay">The episodes.</param>
    /// <returns>The parts of the filter's loss.</returns>
    /// <exception cref="UserErrorException">A loss is no longer finite, or there are no episodes.</exception>
    public SequenceLoss Update(SequenceReplay replay) => _trainer.Update(replay, _imagination.IsEmpty ? null : _imagination.Update);

    /// <summary>True when a belief ensemble, a value or an actor is trained.</summary>
    public bool HasImagination => !_imagination.IsEmpty;

    /// <summary>Gradient steps that belief ensemble, value and actor have taken.</summary>
    public long ImaginationUpdates => _imagination.Updates;

    /// <summary>
    /// One gradient step of belief ensemble, value and actor alone, on beliefs of the fixed filter. Value and actor are trained in the
    /// first multi-step dynamics, or in the filter's where there are none.
    /// </summary>
    /// <param name="beliefs">Beliefs, actions and rewards of episodes.</param>
    /// <param name="key">Seed of the whole training; that of this step follows from its number.</param>
    /// <param name="progress">Progress of the whole training, 0 to 1: the ensemble's step size falls linearly to a tenth.</param>
    /// <exception cref="UserErrorException">A loss is no longer finite, or no episode is long enough.</exception>
    public void UpdateImagination(BeliefReplay beliefs, RandomKey key, double progress)
    {
        var world = _members.Count > 0 ? _members[0].Model : _model;
        _imagination.Update(beliefs, world, key.Derive((ulong)_imagination.Updates), 1 - (0.9 * progress), _trainer.Device);
    }

    /// <summary>The losses of the last update besides the filter's, by name.</summary>
    public IReadOnlyDictionary<string, double> Losses => _imagination.Losses;

    /// <summary>Adds multi-step dynamics with the filter's weights.</summary>
    public MultiStepDynamics AddMember()
    {
        var key = _key.Derive("foresight");
        if (_members.Count > 0)
            key = key.Derive((ulong)(_members.Count - 1));
        _members.Add(new MultiStepDynamics(_model, Options.MultiStepDynamics, key, _trainer.Device));
        return _members[^1];
    }

    /// <summary>Writes the models and the state of their training, from which <see cref="Resume"/> continues bit for bit.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="metadata">Further entries of the files' metadata, for example the command and the seed.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Save(string folder, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // The filter's file comes last: while it is missing, so is the checkpoint.
        SaveImagination(folder, metadata);
        if (!_imagination.IsEmpty)
            _imagination.Save(folder);

        SaveMembers(folder, metadata);
        SequenceCheckpoint.Save(folder, _trainer, metadata);
    }

    /// <summary>Writes the models without the state of their training.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void SaveCompact(string folder, IReadOnlyDictionary<string, string>? metadata = null)
    {
        SaveImagination(folder, metadata);
        SaveMembers(folder, metadata);
        SequenceCheckpoint.SaveModel(folder, _model, metadata);
    }

    /// <summary>True when a folder holds a checkpoint.</summary>
    public static bool Exists(string folder) => SequenceModelFile.Exists(folder);

    /// <summary>Continues the training of a folder.</summary>
    /// <exception cref="UserErrorException">The folder holds another model's or another training's state, or it is damaged.</exception>
    public void Resume(string folder)
    {
        if (!_imagination.IsEmpty)
            _imagination.Resume(folder);
        SequenceCheckpoint.Resume(folder, _trainer);
        _members.ForEach(m => m.Dispose());
        _members.Clear();
        while (SequenceModelFile.Exists(CompiledLatent.MemberFolder(folder, _members.Count)))
            AddMember().Load(CompiledLatent.MemberFolder(folder, _members.Count - 1));
    }

    /// <summary>The models as they are now, compiled for the control loop.</summary>
    /// <param name="workers">Threads that compute rollouts.</param>
    public CompiledLatent Compile(WorkerPool workers)
    {
        var filter = RssmExport.Compile(_model);
        IReadOnlyList<CompiledRssm> dynamics = _members.Count == 0 ? [filter] : [.. _members.Select(m => RssmExport.Compile(m.Model))];
        return CompiledLatent.Assemble(_model.Layout, filter, dynamics, _imagination.Export(), Options.Use, workers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _members.ForEach(m => m.Dispose());
        _imagination.Dispose();
        _trainer.Dispose();
        _model.Dispose();
    }

    private void SaveImagination(string folder, IReadOnlyDictionary<string, string>? metadata)
    {
        if (!_imagination.IsEmpty || Options.Models.Dynamics != LatentDynamics.Rssm)
            LatentWeightsFile.Write(folder, _imagination.Export(), Options.Use, metadata);
    }

    private void SaveMembers(string folder, IReadOnlyDictionary<string, string>? metadata)
    {
        for (var i = 0; i < _members.Count; i++)
            _members[i].Save(CompiledLatent.MemberFolder(folder, i), metadata);
    }
}
