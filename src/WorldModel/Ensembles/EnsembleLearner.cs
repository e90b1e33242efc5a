using Robotics.Core.Errors;
using Robotics.Core.Models;
using Robotics.Core.Randomness;
using Robotics.Core.Rollouts;
using Robotics.Core.Spaces;
using Robotics.Inference.Ensembles;
using Robotics.Inference.Rollouts;
using Robotics.Inference.Weights;
using Robotics.TorchExtras;
using Robotics.WorldModel.Rollouts;

namespace Robotics.WorldModel.Ensembles;

/// <summary>
/// Learns dynamics with a probabilistic ensemble (Chua et al. 2018, algorithm 1, line 3: "train a PE dynamics model on the
/// data so far") and keeps the loop's compiled evaluator up to date. Follows the authors' code (see docs/pets.md), from which
/// it differs in these points:
/// <list type="bullet">
/// <item>The state keeps raw angles; sine and cosine are taken at the network's input only, and the change of an angle is
/// wrapped to (−π, π]. (The authors do the same for the cart-pole by hand-written functions, without the wrapping.)</item>
/// <item>Elements that are static in the task are inputs only. (The authors' networks predict every element.)</item>
/// <item>The last layer predicts in units of each target's std, unless the options ask for the targets' own units.</item>
/// <item>Inputs are normalised once per training in double-precision statistics, not in the graph at every step.</item>
/// <item>The gradient of the L2 terms is added to that of the loss, without computing the terms; the reported loss leaves
/// them out, the metric <c>l2_penalty</c> has them.</item>
/// <item>Adam adds ε after the correction of √v's bias, as PyTorch does, and not before, as TensorFlow does.</item>
/// <item>An observation that is not finite, or a loss that is not, stops the training with a sentence.</item>
/// <item>An optional limit on updates per training, off by default.</item>
/// </list>
/// Uses the calling thread; not thread-safe; not for the tick path.
/// </summary>
public sealed class EnsembleLearner : IModelLearner
{
    private readonly ObservationSpace _observations;
    private readonly ActionSpace _actions;
    private readonly EnsembleLayout _layout;
    private readonly ProbabilisticEnsemble _model;
    private readonly FusedAdam _optimizer;
    private readonly EnsembleTrainer _trainer;
    private readonly EnsembleCheckpoint _checkpoint;
    private readonly FusedEnsembleEvaluator _evaluator;
    private readonly LibtorchEnsembleEvaluator? _libtorch;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">The networks and their training.</param>
    /// <param name="observations">The layout of the state.</param>
    /// <param name="actions">The layout of the action.</param>
    /// <param name="controlPeriodSeconds">Control period, s; the model is valid for this period only.</param>
    /// <param name="rollouts">Options of the evaluator for the control loop.</param>
    /// <param name="key">Random key of the initial weights.</param>
    /// <param name="libtorch">If given, <see cref="Evaluator"/> rolls out with libtorch, including derivatives, and allocates.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the options do not fit together.</exception>
    /// <exception cref="UserErrorException">The space has nothing to predict, or the machine lacks the precision.</exception>
    public EnsembleLearner(
        EnsembleOptions options,
        ObservationSpace observations,
        ActionSpace actions,
        double controlPeriodSeconds,
        FusedEnsembleOptions rollouts,
        RandomKey key,
        LibtorchEvaluatorOptions? libtorch = null)
    {
        (_observations, _actions) = (observations, actions);
        _layout = new EnsembleLayout(observations, actions.Dimension);
        _model = new ProbabilisticEnsemble(options, _layout.InputDimension, _layout.PredictedDimension, key);
        _optimizer = options.Adam(_model);
        _trainer = new EnsembleTrainer(_model, _optimizer, options);
        _checkpoint = new EnsembleCheckpoint(_model, _optimizer, observations, actions, controlPeriodSeconds);
        _evaluator = new FusedEnsembleEvaluator(PackedEnsemble.Compile(Compile(), precision: rollouts.Precision), rollouts);
        _libtorch = libtorch is null ? null : new LibtorchEnsembleEvaluator(Compile(), libtorch);
    }

    /// <inheritdoc/>
    public ITrajectoryEvaluator Evaluator => _libtorch is null ? _evaluator : _libtorch;

    /// <summary>The evaluator with its counters of work and of clipped predictions.</summary>
    public FusedEnsembleEvaluator FusedEvaluator => _evaluator;

    /// <inheritdoc/>
    public ITrajectoryRecorder? Recorder => _evaluator;

    /// <summary>The network that is trained.</summary>
    public ProbabilisticEnsemble Model => _model;

    /// <summary>The weights as they are now, in the format of the inference engine.</summary>
    public EnsembleWeights Compile() => EnsembleExport.Compile(_model, _observations, _actions.Dimension);

    /// <inheritdoc/>
    /// <exception cref="TrainingFailedException">The experience or the loss holds a number that is not finite.</exception>
    public LearningReport Train(TransitionSet experience, RandomKey key, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var (inputs, targets) = _layout.Encode(experience);
        var report = _trainer.Train(inputs, targets, key, progress, cancellationToken);
        Refresh();
        return report;
    }

    /// <inheritdoc/>
    public void Save(string folder) => _checkpoint.Save(folder);

    /// <inheritdoc/>
    public void Load(string folder)
    {
        _checkpoint.Load(folder);
        Refresh();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _libtorch?.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
    }

    private void Refresh()
    {
        var weights = Compile();
        _evaluator.Use(PackedEnsemble.Compile(weights, precision: _evaluator.Precision));
        _libtorch?.Use(weights);
    }
}
