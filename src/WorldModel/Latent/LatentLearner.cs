using Robotics.Core.Errors;
using Robotics.Core.Randomness;
using Robotics.Core.Threading;
using Robotics.Inference.Formats;
using Robotics.Inference.Latent;
using Robotics.SequenceModels.Filtering;
using Robotics.SequenceModels.Models;
using Robotics.SequenceModels.Sequences;
using Robotics.SequenceModels.Training;
using Robotics.WorldModel.BeliefEnsembles;
using static TorchSharp.torch;

namespace Robotics.WorldModel.Latent;

/// <summary>
/// Everything that learns for planning in the belief, with one gradient step of all of it as the unit of work (Hafner et al. 2019,
/// algorithm 1, lines 4 to 7). All randomness of an update follows from the key and the update's number: a run that is resumed goes on
/// bit for bit. Uses the calling thread; not thread-safe; not for the tick path.
/// </summary>
public sealed class LatentLearner : IDisposable
{
    private readonly RecurrentStateSpaceModel _model;
    private readonly SequenceTrainer _trainer;
    private readonly LatentImagination _imagination;
    private readonly RandomKey _key;
    private readonly List<LatentForesight> _further = [];

    /// <summary>Prepares training. The learner disposes the model.</summary>
    /// <param name="model">The filter and its dynamics.</param>
    /// <param name="training">How they are trained.</param>
    /// <param name="options">What else is learned, and how.</param>
    /// <param name="key">The randomness of the training.</param>
    /// <param name="device">Where; null for the processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LatentLearner(RecurrentStateSpaceModel model, SequenceTrainingOptions training, LatentOptions options, RandomKey key, Device? device = null)
    {
        options.Validate();
        (_model, Options, _key) = (model, options, key);
        _trainer = new SequenceTrainer(model, training, key, device);
        _imagination = new LatentImagination(model, options, key.Derive("imagination"), device);
    }

    /// <summary>What is learned, and how.</summary>
    public LatentOptions Options { get; }

    /// <summary>The filter and its dynamics.</summary>
    public RecurrentStateSpaceModel Model => _model;

    /// <summary>What trains them.</summary>
    public SequenceTrainer Trainer => _trainer;

    /// <summary>What looks ahead in place of the filter's own dynamics; null before <see cref="BeginForesight"/>.</summary>
    public LatentForesight? Foresight { get; private set; }

    /// <summary>Foresights beside that one, which learned from episodes of their own.</summary>
    public IReadOnlyList<LatentForesight> FurtherForesights => _further;

    /// <summary>Gradient steps taken.</summary>
    public long Updates => _trainer.Updates;

    /// <summary>One gradient step of everything that learns.</summary>
    /// <param name="replay">What is learned from.</param>
    /// <returns>The parts of the sequence model's loss.</returns>
    /// <exception cref="UserErrorException">A loss is no longer finite, or there are no episodes.</exception>
    public SequenceLoss Update(SequenceReplay replay) => _trainer.Update(replay, _imagination.IsEmpty ? null : _imagination.Update);

    /// <summary>Whether an ensemble, a value or an actor is learned.</summary>
    public bool HasImagination => !_imagination.IsEmpty;

    /// <summary>Gradient steps that ensemble, value and actor have taken.</summary>
    public long ImaginationUpdates => _imagination.Updates;

    /// <summary>One gradient step of ensemble, value and actor alone, on the beliefs of the filter as it is; behaviour is imagined in the foresight, if there is one.</summary>
    /// <param name="beliefs">What is learned from.</param>
    /// <param name="key">The randomness of the whole learning; that of this step follows from its number.</param>
    /// <param name="progress">Of the whole learning, 0 to 1: the ensemble's step size falls in a straight line to a tenth.</param>
    /// <exception cref="UserErrorException">A loss is no longer finite, or no episode is long enough.</exception>
    public void UpdateImagination(BeliefReplay beliefs, RandomKey key, double progress) =>
        _imagination.Update(beliefs, Foresight?.Model ?? _model, key.Derive((ulong)_imagination.Updates), 1 - (0.9 * progress), _trainer.Device);

    /// <summary>The losses of the last update beside the sequence model's, by name.</summary>
    public IReadOnlyDictionary<string, double> Figures => _imagination.Figures;

    /// <summary>From now on a copy of the filter's dynamics looks ahead, and learns by itself.</summary>
    public LatentForesight BeginForesight()
    {
        Foresight?.Dispose();
        return Foresight = new LatentForesight(_model, Options.Foresight, _key.Derive("foresight"), _trainer.Device);
    }

    /// <summary>A further copy of the filter's dynamics, to learn by itself.</summary>
    public LatentForesight AddForesight()
    {
        _further.Add(new LatentForesight(_model, Options.Foresight, _key.Derive("foresight").Derive((ulong)_further.Count), _trainer.Device));
        return _further[^1];
    }

    /// <summary>Writes everything, so that <see cref="Resume"/> goes on bit for bit.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="notes">Further texts for the files' metadata, for instance the command and the seed.</param>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void Save(string folder, IReadOnlyDictionary<string, string>? notes = null)
    {
        // The filter's file comes last: while it is missing, so is the checkpoint.
        SaveImagination(folder, notes);
        if (!_imagination.IsEmpty)
            _imagination.Save(folder);

        SaveForesights(folder, notes);
        SequenceCheckpoint.Save(folder, _trainer, notes);
    }

    /// <summary>Writes what is needed to run and not to train further.</summary>
    /// <exception cref="UserErrorException">The disk is full or not writable.</exception>
    public void SaveCompact(string folder, IReadOnlyDictionary<string, string>? notes = null)
    {
        SaveImagination(folder, notes);
        SaveForesights(folder, notes);
        SequenceCheckpoint.SaveModel(folder, _model, notes);
    }

    /// <summary>Whether a folder holds what <see cref="Save"/> wrote.</summary>
    public static bool Exists(string folder) => SequenceModelFile.Exists(folder);

    /// <summary>Goes on where a folder's training was.</summary>
    /// <exception cref="UserErrorException">The folder holds another model's or another training's state, or it is damaged.</exception>
    public void Resume(string folder)
    {
        if (!_imagination.IsEmpty)
            _imagination.Resume(folder);
        SequenceCheckpoint.Resume(folder, _trainer);
        if (SequenceModelFile.Exists(Path.Combine(folder, CompiledLatent.ForesightFolder)))
            BeginForesight().Load(Path.Combine(folder, CompiledLatent.ForesightFolder));
        _further.ForEach(f => f.Dispose());
        _further.Clear();
        while (SequenceModelFile.Exists(CompiledLatent.FurtherFolder(folder, _further.Count)))
            AddForesight().Load(CompiledLatent.FurtherFolder(folder, _further.Count - 1));
    }

    /// <summary>What the loop runs, of the weights as they are now.</summary>
    /// <param name="workers">Who computes rollouts.</param>
    public CompiledLatent Compile(WorkerPool workers)
    {
        var compiled = RssmExport.Compile(_model);
        var ahead = Foresight is null ? compiled : RssmExport.Compile(Foresight.Model);
        return CompiledLatent.Assemble(_model.Layout, compiled, [ahead, .. _further.Select(f => RssmExport.Compile(f.Model))], _imagination.Export(), Options.Use, workers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Foresight?.Dispose();
        _further.ForEach(f => f.Dispose());
        _imagination.Dispose();
        _trainer.Dispose();
        _model.Dispose();
    }

    private void SaveImagination(string folder, IReadOnlyDictionary<string, string>? notes)
    {
        if (!_imagination.IsEmpty || Options.Dynamics != LatentDynamics.Rssm)
            ImaginationFile.Write(folder, _imagination.Export(), Options.Use, notes);
    }

    private void SaveForesights(string folder, IReadOnlyDictionary<string, string>? notes)
    {
        Foresight?.Save(Path.Combine(folder, CompiledLatent.ForesightFolder), notes);
        for (var i = 0; i < _further.Count; i++)
            _further[i].Save(CompiledLatent.FurtherFolder(folder, i), notes);
    }
}
